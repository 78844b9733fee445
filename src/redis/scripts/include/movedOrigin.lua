-- A takeover that overturns the place where the journey began, while the trainer had not left it, shows where the journey
-- began instead. Either of the two may be the trainer's home, so both count. A few are enough.
local MAX_ORIGIN_LENGTH = 160
local former_place = still_before.fix.latitude .. ' ' .. still_before.fix.longitude
origin = origin or redis.call('HGET', active_key, 'origin')
if origin and #origin < MAX_ORIGIN_LENGTH and string.sub(origin, -#former_place) == former_place then
  origin = origin .. ' ' .. point.fix.latitude .. ' ' .. point.fix.longitude
end
