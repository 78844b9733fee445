#!lua
--[[ Whether a trainer may send now: the generic cell rate algorithm (GCRA; ITU-T I.371, RFC 2697's kin).
KEYS[1]  location:rate, holds the theoretical arrival time of the next request, epoch ms
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  emission interval, ms    ARGV[3]  tolerance, ms
Returns  { code, now, … }
  ALLOWED          + the new arrival time, with which rateRefund.lua can undo this
  LIMITED          + ms until a request is allowed; nothing was changed
  PAST_DEADLINE    the caller has gone on by now; nothing was changed
Atomic   so that of two racing requests one is allowed; value and TTL are one command: no counter stays for ever.
]]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local interval, tolerance = tonumber(ARGV[2]), tonumber(ARGV[3])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = arrival - tolerance - now
if wait > 0 then return { 'LIMITED', whole(now), whole(wait) } end
local nextArrival = whole(arrival + interval)
redis.call('SET', KEYS[1], nextArrival, 'PX', whole(arrival + interval - now))
return { 'ALLOWED', whole(now), nextArrival }
