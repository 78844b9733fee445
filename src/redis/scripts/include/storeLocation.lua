local STILL_RADIUS_METERS = 25

-- Where the trainer stands still since when, after a further accepted point.
local function follow(track, point)
  if track and distance_meters(tonumber(track.stillLatitude), tonumber(track.stillLongitude),
    point.latitude, point.longitude) <= STILL_RADIUS_METERS then
    return track
  end
  return {
    stillSince = whole(point.captured_at),
    stillLatitude = string.format('%.7f', point.latitude), stillLongitude = string.format('%.7f', point.longitude),
  }
end

-- Stores an accepted point as the location, and returns the record.
local function store_location(key, point, track, ttl_ms, now)
  local location = {}
  for name, value in pairs(point.fix) do location[name] = value end
  location.capturedAt, location.receivedAt = whole(point.captured_at), whole(now)
  -- Anew, so that no heading of an earlier fix stays with a later one that has none.
  redis.call('DEL', key)
  redis.call('HSET', key, unpack(append_fields(append_fields({}, location, LOCATION), track, TRACK)))
  redis.call('PEXPIRE', key, whole(ttl_ms))
  return location
end
