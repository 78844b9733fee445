#!lua flags=no-writes
--[[ The journeys of a partition that are past their deadline.
KEYS[1]  journey:deadlines   KEYS[2]  journey:expiry   KEYS[3]  journey:filed
ARGV[1]  how many at most
Returns  { session id, trainer id, session id, trainer id, … }, the longest overdue first
Reads only: end.lua decides again, so a journey that two processes find here ends once.
]]
local deadlines_key, expiry_key, filed_key = KEYS[1], KEYS[2], KEYS[3]
-- @include clock
-- @include expiry
local now = whole(redis_now())
local reply = {}
for _, session_id in ipairs(redis.call('ZRANGE', deadlines_key, '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  local journey = read_expiry(expiry_key, filed_key, deadlines_key, session_id)
  reply[#reply + 1] = session_id
  reply[#reply + 1] = journey and journey.trainerId or ''
end
return reply
