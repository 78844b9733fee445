-- After a takeover the place that was shown before may have been the true one: until the trainer could have driven
-- from there to the home, an arrival is not confirmed. The executable model is test/road/judge.ts.
-- A place in the record's field `overturned`, with Redis' time of the takeover: latitude, longitude, time.
local function unconfirmed_until(overturned, home, max_speed_kmh)
  local MAX_UNCONFIRMED_MS = 300000
  local latitude, longitude, at = string.match(overturned, '^(%S+) (%S+) (%S+)$')
  local place = { latitude = tonumber(latitude), longitude = tonumber(longitude) }
  local reach_ms = distance_between(place, home) / max_speed_kmh * 3600
  return tonumber(at) + math.min(MAX_UNCONFIRMED_MS, math.ceil(reach_ms))
end

-- The place that was shown till now, or an older one that forbids the arrival for longer.
local function overturned_by(track, journey, max_speed_kmh)
  local fix, older = track.shown.fix, track.overturned
  local newer = table.concat({ fix.latitude, fix.longitude, whole(journey.now) }, ' ')
  local function until_of(overturned) return unconfirmed_until(overturned, journey.home, max_speed_kmh) end
  return older and until_of(older) > until_of(newer) and older or newer
end
