#!lua
--[[ Whether a trainer may send now: the generic cell rate algorithm (GCRA; ITU-T I.371), whose slots the
trainer's sessions share by turns (include/turns.lua).
KEYS[1]  location:rate, holds the theoretical arrival time of the next request, epoch ms
KEYS[2]  location:turns
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  emission interval, ms    ARGV[3]  tolerance, ms
ARGV[4]  who requests: session id, space, device id or nothing
ARGV[5]  '1': charge for a request that was applied, since the slot's holder turned out not to report
Returns  { code, now, … }
  ALLOWED          + the new arrival time, with which rateRefund.lua can undo this
  LIMITED          + ms until a request is allowed; it has its turn then
  CONTESTED        + the same. Another device has the slot, of which only one reports on the session
  PAST_DEADLINE    the caller has gone on by now; nothing was changed
Atomic   so that of two racing requests one is allowed; value and TTL are one command: no counter stays for ever.
]]
local rate_key, turns_key = KEYS[1], KEYS[2]
-- @include clock
-- @include turns
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local interval, tolerance, requester = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local session_id, device = string.match(requester, '^(%S*) (.*)$')
local stored = tonumber(redis.call('GET', rate_key) or 0)
local turns = read_turns(turns_key, now)

local function take(arrival)
  redis.call('SET', rate_key, whole(arrival), 'PX', whole(arrival - now))
  stop_waiting(turns, requester)
  turns.holder = device ~= '' and requester or nil
  store_turns(turns_key, turns, arrival, now)
  return { 'ALLOWED', whole(now), whole(arrival) }
end

-- Later than the holder's own, so that its refund does not undo this.
if ARGV[5] == '1' then return take(math.max(stored + 1, now + interval)) end

local arrival = math.max(stored, now)
local wait = math.max(0, arrival - tolerance - now)
local ahead = ahead_of(turns, requester)
if wait == 0 and ahead == 0 then return take(arrival + interval) end

local retry_after = wait + ahead * interval
wait_until(turns, requester, now + retry_after + TURN_KEPT_INTERVALS * interval)
store_turns(turns_key, turns, arrival, now)
local holder_session, holder_device = string.match(turns.holder or '', '^(%S*) (.*)$')
local is_contested = wait > 0 and device ~= '' and holder_session == session_id and holder_device ~= device
return { is_contested and 'CONTESTED' or 'LIMITED', whole(now), whole(retry_after) }
