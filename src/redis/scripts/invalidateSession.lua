#!lua
--[[ Drops a cached session, but not how its last journey ended: the booking changed.
KEYS[1]  session:meta
ARGV[1]  deadline of this step, epoch ms by Redis' clock
Returns  { 'FORGOTTEN' | 'PAST_DEADLINE', now }
]]
-- @include clock
-- @include session
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
forget_session(KEYS[1], now)
return { 'FORGOTTEN', whole(now) }
