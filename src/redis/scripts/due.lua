#!lua flags=no-writes
--[[ The journeys of a partition that are past their deadline.
KEYS[1]  journey:deadlines   KEYS[2]  journey:filed
ARGV[1]  how many at most
Returns  { session id, trainer id, session id, trainer id, … }, the longest overdue first
Reads only: end.lua decides again, so a journey that two processes find here ends once.
]]
-- @include clock
local now = whole(redis_now())
local reply = {}
for _, session_id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  local filed = redis.call('HGET', KEYS[2], session_id)
  reply[#reply + 1] = session_id
  reply[#reply + 1] = filed and cjson.decode(filed)[2] or ''
end
return reply
