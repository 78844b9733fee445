#!lua
--[[ Takes a request's fixes: orders them, drops what is wrong, stores the newest, counts the version.
KEYS[1]  journey:active   KEYS[2]  journey:ended   KEYS[3]  session:meta   KEYS[4]  location of the trainer
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  JSON:
  trainerId
  points             for each point the values of fix (records.ts); left out: the trainer is over its rate, so only
                     check whether the journey is active
  sentAt             by the phone's clock, epoch ms, or left out
  locationTtlMs, maxSpeedKmh, maxAccuracyMeters
Returns  { code, now, … }
  APPLIED          + appliedUpdate fields, the location's empty without a stored fix; then for each point in the
                   order sent a status code, for IMPLAUSIBLE_SPEED `IMPLAUSIBLE_SPEED:<km/h>`
  ACTIVE           (without points)
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
-- @include siblingKey
-- @include expiry
-- @include overdueJourney
-- @include geo
-- @record activeJourney
-- @record endedJourney
-- @record fix
-- @record location
-- @record track
-- @record appliedUpdate
-- @include orderPoints
-- @include judgePoint
-- @include storeLocation
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local options = cjson.decode(ARGV[2])
local trainer_id = options.trainerId

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local active = read(active_key, ACTIVE_JOURNEY) or read_overdue(active_key, now)
if not active then
  local ended = read(ended_key, ENDED_JOURNEY)
  -- Another trainer's journey says nothing of whose session it is now.
  if not ended or ended.trainerId ~= trainer_id then
    return reply('NOT_ACTIVE', redis.call('HMGET', meta_key, 'trainerId', 'studentId'))
  end
  return reply('ENDED', values_of(ended, ENDED_JOURNEY))
end
if active.trainerId ~= trainer_id then return reply('NOT_OWNER', { active.trainerId, active.studentId }) end
if is_overdue(active, now) then return reply('ENDED', values_of(as_expired(active), ENDED_JOURNEY)) end
if not options.points then return reply('ACTIVE') end

local stored = read(location_key, joined(LOCATION, TRACK))
local newest = stored and {
  latitude = tonumber(stored.latitude), longitude = tonumber(stored.longitude),
  captured_at = tonumber(stored.capturedAt), accuracy = tonumber(stored.accuracy),
}
local track = stored and stored.stillSince and stored
local statuses = {}
local moved = nil
for _, point in ipairs(order_points(options.points, options.sentAt, now)) do
  local status = judge_point(point, newest, tonumber(active.startedAt), now, options)
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
  local ttl_ms = math.min(options.locationTtlMs, redis.call('PTTL', active_key))
  location = store_location(location_key, moved, track, ttl_ms, now)
end
if location then
  applied.latitude, applied.longitude = location.latitude, location.longitude
  applied.capturedAt, applied.stillSince = location.capturedAt, track and track.stillSince
end
local values = values_of(applied, APPLIED_UPDATE)
for index, status in ipairs(statuses) do values[#APPLIED_UPDATE + index] = status end
return reply('APPLIED', values)
