-- Appends a request's fixes to the trail of the journey, as far as each is apart from the point before. A list of so short
-- texts is one block of memory in Redis, without a pointer for each.
-- @include siblingKey
-- @include trailPoint
local MAX_TRAIL_POINTS = 240
local trail_key, entries = session_key(active_key, 'journey:trail'), {}
local latitude, longitude
local last = redis.call('LINDEX', trail_key, -1)
if last then
  local _, stored_latitude, stored_longitude = struct.unpack(TRAIL_POINT, last)
  latitude, longitude = stored_latitude / 1e7, stored_longitude / 1e7
end
for i = 1, #trail_points do
  local point = trail_points[i]
  if not latitude or distance_meters(latitude, longitude, point.latitude, point.longitude) > STILL_RADIUS_METERS then
    latitude, longitude = point.latitude, point.longitude
    entries[#entries + 1] = struct.pack(TRAIL_POINT, tonumber(applied.version), rounded(latitude * 1e7),
      rounded(longitude * 1e7), math.min(point.time, now) - journey.started_at)
  end
end
if entries[1] then
  local length = redis.call('RPUSH', trail_key, unpack(entries))
  if length > MAX_TRAIL_POINTS then redis.call('LTRIM', trail_key, -MAX_TRAIL_POINTS, -1) end
  if length == #entries then redis.call('PEXPIRE', trail_key, redis.call('PTTL', active_key)) end
end
