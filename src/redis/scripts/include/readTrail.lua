-- The points of the trail of later versions than ARGV[4], newest first: a poll that has seen the others needs only the last
-- few. Four numbers for each: version, latitude and longitude in 1e-7 degrees, and the time since the start, ms.
-- @include siblingKey
-- @include trailPoint
local CHUNK = 16
local trail_key, after, points = session_key(active_key, 'journey:trail'), tonumber(ARGV[4]), {}
local last, is_known = redis.call('LLEN', trail_key) - 1, false
while last >= 0 and not is_known do
  local chunk = redis.call('LRANGE', trail_key, math.max(0, last - CHUNK + 1), last)
  for i = #chunk, 1, -1 do
    local version, latitude, longitude, time = struct.unpack(TRAIL_POINT, chunk[i])
    is_known = version <= after
    if is_known then break end
    points[#points + 1] = string.format('%d %d %d %d', version, latitude, longitude, time)
  end
  last = last - CHUNK
end
