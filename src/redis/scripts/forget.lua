#!lua
--[[ Drops a cached session: the booking changed.
KEYS[1]  session:meta
ARGV[1]  deadline of this step, epoch ms by Redis' clock
Returns  { 'FORGOTTEN' | 'PAST_DEADLINE', now }
]]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
redis.call('DEL', KEYS[1])
return { 'FORGOTTEN', whole(now) }
