#!lua
--[[ Takes or renews the turn to delete old records from the database.
KEYS[1]  journey:retention
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  id of the turn   ARGV[3]  how long it lasts from now, ms
Returns  { code, now, … }
  HELD           the turn is this one
  WAIT           + ms that another turn still lasts; nothing was changed
  PAST_DEADLINE  nothing was changed
Atomic   so that one process at a time deletes. The turn of a process that dies ends with its key.
]]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local turn = redis.call('GET', KEYS[1])
if turn and turn ~= ARGV[2] then return { 'WAIT', whole(now), whole(math.max(1, redis.call('PTTL', KEYS[1]))) } end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return { 'HELD', whole(now) }
