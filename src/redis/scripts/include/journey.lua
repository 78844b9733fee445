-- A journey under way, as every step reads it. The order is `enRouteFields` in codec.ts.
local JOURNEY_FIELDS = {
  'id', 'trainerId', 'studentId', 'startedAt', 'expiresAt', 'version', 'homeLatitude', 'homeLongitude',
}

-- What is remembered of an ended one. The order is `endedFields` in codec.ts.
local ENDED_FIELDS = { 'id', 'trainerId', 'studentId', 'startedAt', 'expiresAt', 'version', 'state', 'endedAt' }

local function read(key, fields)
  local values = redis.call('HMGET', key, unpack(fields))
  if values[1] then return values end
  return nil
end
