#!lua
--[[ Keeps why the trainer's phone sends nothing, as the phone itself reports it.
KEYS[1]  journey:active   KEYS[2]  journey:ended   KEYS[3]  session:meta
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  trainer id   ARGV[3]  device id, or ''   ARGV[4]  the problem, or '': all is well again
ARGV[5]  changes are allowed at this interval on average, ms   ARGV[6]  how many of them at once
Returns  { code, now, … }
  REPORTED         + activeJourney fields: by this call, or since before
  LIMITED          + ms until the next change is allowed; nothing was changed
  OTHER_DEVICE, ENDED, NOT_OWNER, NOT_ACTIVE, PAST_DEADLINE as update.lua does
Atomic   so that a problem is stored with the version that is shown while it lasts: an accepted fix raises the version, and
         with that the problem is over (codec.ts), at no cost for the update.
Repeat   safe: the same problem of the same version changes nothing and takes nothing of the rate.
]]
local active_key, ended_key, meta_key = KEYS[1], KEYS[2], KEYS[3]
-- @include clock
-- @include record
-- @record activeJourney
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local trainer_id, device, problem = ARGV[2], ARGV[3], ARGV[4]
local interval_ms, burst = tonumber(ARGV[5]), tonumber(ARGV[6])

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local active = read(active_key, ACTIVE_JOURNEY)
if not active or tonumber(active.expiresAt) <= now then
  -- @include noActiveJourney
end
if active.trainerId ~= trainer_id then return reply('NOT_OWNER', { active.trainerId, active.studentId }) end
local stored, arrival, reporting_device, reports_since = unpack(redis.call('HMGET', active_key,
  'trackingProblem', 'problemArrival', 'reportingDevice', 'reportsSince'))
if device ~= '' and reporting_device and reporting_device ~= device then
  return reply('OTHER_DEVICE', { reports_since })
end

local reported = problem ~= '' and problem .. ' ' .. active.version or nil
local values = values_of(active, ACTIVE_JOURNEY)
if reported == (stored or nil) then return reply('REPORTED', values) end
-- The limiter of domain/rateLimit.ts (GCRA), with a time of its own, so that a report never delays a fix.
local next_arrival = math.max(tonumber(arrival or 0), now) + interval_ms
local wait_ms = next_arrival - burst * interval_ms - now
if wait_ms > 0 then return reply('LIMITED', { whole(wait_ms) }) end
redis.call('HSET', active_key, 'problemArrival', whole(next_arrival))
if reported then
  redis.call('HSET', active_key, 'trackingProblem', reported)
else
  redis.call('HDEL', active_key, 'trackingProblem')
end
return reply('REPORTED', values)
