#!lua
--[[ Gives back a rate.lua that bought nothing: the journey turned out not to be active.
KEYS[1]  location:rate
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  the arrival time that rate.lua answered   ARGV[3]  emission interval, ms
Returns  { 'REFUNDED' | 'KEPT' | 'PAST_DEADLINE', now }
Atomic   so that a request that came in between keeps its own.
]]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return { 'KEPT', whole(now) } end
local arrival = tonumber(ARGV[2]) - tonumber(ARGV[3])
if arrival > now then
  redis.call('SET', KEYS[1], whole(arrival), 'PX', whole(arrival - now))
else
  redis.call('DEL', KEYS[1])
end
return { 'REFUNDED', whole(now) }
