#!lua
--[[ Gives back a rate.lua that bought nothing, and the turn that the request waits for: it turned out to be refused.
KEYS[1]  location:rate   KEYS[2]  location:turns
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  the arrival time that rate.lua answered; '' when it allowed nothing
ARGV[3]  emission interval, ms    ARGV[4]  who requested, as in rate.lua
Returns  { 'REFUNDED' | 'KEPT' | 'PAST_DEADLINE', now }
Atomic   so that a request that came in between keeps its own.
]]
local rate_key, turns_key = KEYS[1], KEYS[2]
-- @include clock
-- @include turns
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local turns, requester = read_turns(turns_key, now), ARGV[4]
local stored = redis.call('GET', rate_key)
local is_refund = stored and stored == ARGV[2]
stop_waiting(turns, requester)
if is_refund then turns.holder = nil end
store_turns(turns_key, turns, tonumber(stored or 0), now)
if not is_refund then return { 'KEPT', whole(now) } end

local arrival = tonumber(stored) - tonumber(ARGV[3])
if arrival > now then
  redis.call('SET', rate_key, whole(arrival), 'PX', whole(arrival - now))
else
  redis.call('DEL', rate_key)
end
return { 'REFUNDED', whole(now) }
