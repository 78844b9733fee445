-- The stand of a trainer: the fix from which all accepted fixes since lie within this radius. The executable model is
-- test/road/alerts.ts.
local STAND_RADIUS_METERS = 50

local function stand_after(stand, fix)
  if distance_between(stand, fix) <= STAND_RADIUS_METERS then return stand end
  return fix
end

-- Whether a trainer who stood at a place has left it.
local function has_left(place, stand, shown)
  return distance_between(place, shown) > STAND_RADIUS_METERS or distance_between(place, stand) > STAND_RADIUS_METERS
end

-- Of a stored location, its time earlier by `fall`. It is stored only where it is not the place of `stillSince`.
local function decode_stand(stored, fall)
  local latitude, longitude, time = stored.stillLatitude, stored.stillLongitude, stored.stillSince
  if stored.stand then latitude, longitude, time = string.match(stored.stand, '^(%S+) (%S+) (%S+)$') end
  -- A process of an earlier release may have stored neither.
  if not time then latitude, longitude, time = stored.latitude, stored.longitude, stored.capturedAt end
  return {
    latitude = tonumber(latitude), longitude = tonumber(longitude), time = tonumber(time) - fall,
    fix = { latitude = latitude, longitude = longitude },
  }
end

local function encode_stand(stand)
  return table.concat({ stand.fix.latitude, stand.fix.longitude, whole(stand.time) }, ' ')
end

-- Where the trainer stood when NOT_MOVING was raised: latitude and longitude, in the journey's field `stoodAt`.
local function decode_place(text)
  local latitude, longitude = string.match(text, '^(%S+) (%S+)$')
  return { latitude = tonumber(latitude), longitude = tonumber(longitude) }
end
