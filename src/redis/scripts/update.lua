#!lua
--[[ Takes a request's fixes: orders them, drops what is wrong, stores the newest, counts the version.
KEYS[1]  journey:active   KEYS[2]  journey:ended   KEYS[3]  session:meta   KEYS[4]  location of the trainer
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  trainer id
ARGV[3]  '1': apply the points; '0': the trainer is over its rate, only check whether the journey is active
ARGV[4]  location's life, ms    ARGV[5]  top speed, km/h    ARGV[6]  worst accuracy, metres
ARGV[7]  sentAt by the phone's clock, epoch ms, or ''
ARGV[8…] for each point the values of fix (records.ts). Not packed as JSON: that costs an update 10 µs more.
Returns  { code, now, … }
  APPLIED          + appliedUpdate fields, the location's empty without a stored fix; then for each point in the
                   order sent a status code, for IMPLAUSIBLE_SPEED `IMPLAUSIBLE_SPEED:<km/h>`
  ACTIVE           (ARGV[3] = '0')
  ENDED            + endedJourney fields
  NOT_OWNER        + trainer id, student id: it is not this trainer's
  NOT_ACTIVE       + trainer id, student id of the cached session, both nil when none is cached
  PAST_DEADLINE    the caller has got its 503 by now; nothing was changed
Atomic   so that of two racing requests the newer fix stays and each is judged against what is stored.
Repeat   safe: a point that was accepted before is a DUPLICATE and moves nothing.
The rules are test/redis/model/plausibility.ts; test/redis/rules.spec.ts holds the two together.
]]
local active_key, ended_key, meta_key, location_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- @include clock
-- @include record
-- @include geo
-- @record activeJourney
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local trainer_id = ARGV[2]

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local active = read(active_key, ACTIVE_JOURNEY)
if not active or tonumber(active.expiresAt) <= now then
  -- Here and not above: what the update of an active journey does without, it need not define.
  -- @record endedJourney
  -- @include siblingKey
  -- @include expiry
  -- @include overdueJourney
  local overdue = active or read_overdue(active_key, now)
  if not overdue then
    local ended = read(ended_key, ENDED_JOURNEY)
    -- Another trainer's journey says nothing of whose session it is now.
    if not ended or ended.trainerId ~= trainer_id then
      return reply('NOT_ACTIVE', redis.call('HMGET', meta_key, 'trainerId', 'studentId'))
    end
    return reply('ENDED', values_of(ended, ENDED_JOURNEY))
  end
  if overdue.trainerId == trainer_id then return reply('ENDED', values_of(as_expired(overdue), ENDED_JOURNEY)) end
  active = overdue
end
if active.trainerId ~= trainer_id then return reply('NOT_OWNER', { active.trainerId, active.studentId }) end
if ARGV[3] == '0' then return reply('ACTIVE') end

-- @record fix
-- @record storedLocation
-- @record appliedUpdate
-- @include orderPoints
-- @include judgePoint
-- @include storeLocation
local limits = { maxSpeedKmh = tonumber(ARGV[5]), maxAccuracyMeters = tonumber(ARGV[6]) }
local stored = read(location_key, STORED_LOCATION)
local newest = stored and {
  latitude = tonumber(stored.latitude), longitude = tonumber(stored.longitude),
  captured_at = tonumber(stored.capturedAt), accuracy = tonumber(stored.accuracy),
}
local track = stored and stored.stillSince and stored
local statuses = {}
local moved = nil
for _, point in ipairs(order_points(8, tonumber(ARGV[7]), now)) do
  local status = judge_point(point, newest, tonumber(active.startedAt), now, limits)
  statuses[point.index] = status
  if status == 'ACCEPTED' then
    newest, moved = point, point
    track = follow(track, point)
  end
end

local applied = { version = active.version, homeLatitude = active.homeLatitude, homeLongitude = active.homeLongitude }
local location = stored
if moved then
  applied.version = tostring(redis.call('HINCRBY', active_key, 'version', 1))
  -- No location outlives its journey.
  local ttl_ms = math.min(tonumber(ARGV[4]), redis.call('PTTL', active_key))
  location = store_location(location_key, moved, track, ttl_ms, now)
end
if location then
  applied.latitude, applied.longitude = location.latitude, location.longitude
  applied.capturedAt, applied.stillSince = location.capturedAt, track and track.stillSince
end
local values = values_of(applied, APPLIED_UPDATE)
for index, status in ipairs(statuses) do values[#APPLIED_UPDATE + index] = status end
return reply('APPLIED', values)
