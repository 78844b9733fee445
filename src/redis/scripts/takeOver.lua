#!lua
--[[ Makes a device of the trainer the one that reports on the journey.
KEYS[1]  journey:active   KEYS[2]  journey:ended   KEYS[3]  session:meta
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  trainer id   ARGV[3]  device id
Returns  { code, now, … }
  REPORTS          + activeJourney fields: by this call, or since before
  ENDED, NOT_OWNER, NOT_ACTIVE, PAST_DEADLINE as update.lua does
Atomic   so that of two devices that take over at once one reports, and the other gets that answer.
Repeat   safe: a device that reports already goes on, and its next fix is no first one again.
]]
local active_key, ended_key, meta_key = KEYS[1], KEYS[2], KEYS[3]
-- @include clock
-- @include record
-- @record activeJourney
-- @record reporter
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local trainer_id, device = ARGV[2], ARGV[3]

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local active = read(active_key, ACTIVE_JOURNEY)
if not active or tonumber(active.expiresAt) <= now then
  -- @include noActiveJourney
end
if active.trainerId ~= trainer_id then return reply('NOT_OWNER', { active.trainerId, active.studentId }) end

if redis.call('HGET', active_key, 'reportingDevice') ~= device then
  local reporter = { reportingDevice = device, reportsSince = whole(now), reporterIsNew = '1' }
  redis.call('HSET', active_key, unpack(append_fields({}, reporter, REPORTER)))
end
return reply('REPORTS', values_of(active, ACTIVE_JOURNEY))
