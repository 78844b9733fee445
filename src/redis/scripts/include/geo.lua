-- Great-circle distance in metres: the twin of domain/geo.ts, held to it by test/redis/rules.spec.ts.
local EARTH_RADIUS_METERS = 6371008.8

local function distance_meters(lat1, lon1, lat2, lon2)
  local half_lat = math.sin(math.rad(lat2 - lat1) / 2)
  local half_lon = math.sin(math.rad(lon2 - lon1) / 2)
  local chord = half_lat * half_lat + math.cos(math.rad(lat1)) * math.cos(math.rad(lat2)) * half_lon * half_lon
  return 2 * EARTH_RADIUS_METERS * math.asin(math.min(1, math.sqrt(chord)))
end

local function distance_between(from, to)
  return distance_meters(from.latitude, from.longitude, to.latitude, to.longitude)
end
