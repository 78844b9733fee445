-- After a takeover the place that was shown before may have been the true one: until the trainer could have driven
-- from there to the home, an arrival is not confirmed. The executable model is test/road/judge.ts.
local MAX_UNCONFIRMED_MS = 300000

-- The place in the record's field `overturned`, with Redis' time of the takeover; nil without one.
local function decode_overturned(text)
  if not text then return nil end
  local latitude, longitude, at = string.match(text, '^(%S+) (%S+) (%S+)$')
  return { latitude = tonumber(latitude), longitude = tonumber(longitude), at = tonumber(at), text = text }
end

local function unconfirmed_until(overturned, home, max_speed_kmh)
  local reach_ms = distance_between(overturned, home) / max_speed_kmh * 3600
  return overturned.at + math.min(MAX_UNCONFIRMED_MS, math.ceil(reach_ms))
end

-- For how long from now on an arrival is not confirmed, ms; 0 when it is.
local function unconfirmed_ms(overturned, home, max_speed_kmh, now)
  return overturned and math.max(0, unconfirmed_until(overturned, home, max_speed_kmh) - now) or 0
end
