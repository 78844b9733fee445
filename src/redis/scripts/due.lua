#!lua flags=no-writes
--[[ What the sweep has to do in a partition now.
KEYS[1]  journey:deadlines   KEYS[2]  journey:expiry   KEYS[3]  journey:filed   KEYS[4]  journey:alerts
ARGV[1]  how many overdue journeys at most
Returns  { how many journeys' alerts have to be checked, session id, trainer id, session id, trainer id, … }: the journeys
         past their deadline, the longest overdue first
Reads only: end.lua and alerts.lua decide again, so what two processes find here is done once.
]]
local deadlines_key, expiry_key, filed_key, alerts_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- @include clock
-- @include expiry
local now = whole(redis_now())
local reply = { redis.call('ZCOUNT', alerts_key, '-inf', now) }
for _, session_id in ipairs(redis.call('ZRANGE', deadlines_key, '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  local journey = read_expiry(expiry_key, filed_key, deadlines_key, session_id)
  reply[#reply + 1] = session_id
  reply[#reply + 1] = journey and journey.trainerId or ''
end
return reply
