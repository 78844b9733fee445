#!lua
--[[ Takes a request's fixes: orders them, drops what is wrong, stores the newest, counts the version.
KEYS[1]  journey:active   KEYS[2]  journey:ended   KEYS[3]  session:meta   KEYS[4]  location of the trainer
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  trainer id
ARGV[3]  '1': take the points; '0': the trainer is over its rate, only tell whether the journey is active
ARGV[4]  location's life, ms    ARGV[5]  top speed, km/h    ARGV[6]  worst accuracy, metres
ARGV[7]  sentAt by the phone's clock, epoch ms, or ''
ARGV[8…] six for each point: capturedAt (epoch ms), latitude, longitude, accuracy, heading, speed; '' for none
Returns  { code, now, … }
  APPLIED          + version, home latitude, home longitude, then of the newest stored fix (nil without one)
                   latitude, longitude, capturedAt, stillSince; then for each point in the order sent a status
                   code, for IMPLAUSIBLE_SPEED `IMPLAUSIBLE_SPEED:<km/h>`
  ACTIVE           (ARGV[3] = '0')
  ENDED            + ended fields
  NOT_OWNER        + trainer id, student id: it is not this trainer's
  NOT_ACTIVE       + trainer id, student id of the cached session, both nil when none is cached
  PAST_DEADLINE    the caller has been told 503 by now; nothing was changed
Atomic   so that of two racing requests the newer fix stays and each is judged against what is stored.
Repeat   safe: a point taken before is a DUPLICATE and moves nothing.
The rules are domain/plausibility.ts; test/redis/rules.spec.ts holds the two together.
]]
-- @include beside
-- @include clock
-- @include geo
-- @include journey
-- @include overdue
local FUTURE_TOLERANCE_MS = 5000
local OLDEST_MS = 2 * 3600 * 1000
local BEFORE_START_TOLERANCE_MS = 5000
local ACCURACY_CAP_METERS = 100
local STILL_RADIUS_METERS = 25

local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local trainer_id = ARGV[2]
local active = read(KEYS[1], JOURNEY_FIELDS)
if not active then
  local filed = read_filed(filed_beside(KEYS[1]))
  if filed and is_overdue(filed, now) then active = filed end
end
if not active then
  local ended = read(KEYS[2], ENDED_FIELDS)
  -- Another trainer's journey says nothing of whose session it is now.
  if not ended or ended[2] ~= trainer_id then
    return reply('NOT_ACTIVE', redis.call('HMGET', KEYS[3], 'trainerId', 'studentId'))
  end
  return reply('ENDED', ended)
end
if active[2] ~= trainer_id then return reply('NOT_OWNER', { active[2], active[3] }) end

if is_overdue(active, now) then return reply('ENDED', as_expired(active)) end
local started_at = tonumber(active[4])
if ARGV[3] == '0' then return reply('ACTIVE') end

-- Corrects each point's time for the phone's clock, and puts the points in order.
local sent_at = tonumber(ARGV[7])
local points = {}
for offset = 8, #ARGV, 6 do
  local captured_at = tonumber(ARGV[offset])
  local ahead = false
  if not captured_at then
    captured_at = now
  elseif sent_at then
    captured_at = now - math.max(0, sent_at - captured_at)
  elseif captured_at > now then
    ahead = captured_at > now + FUTURE_TOLERANCE_MS
    if not ahead then captured_at = now end
  end
  points[#points + 1] = {
    index = #points + 1, captured_at = captured_at, ahead = ahead, offset = offset,
    latitude = tonumber(ARGV[offset + 1]), longitude = tonumber(ARGV[offset + 2]),
    accuracy = tonumber(ARGV[offset + 3]),
  }
end
table.sort(points, function(a, b)
  if a.captured_at ~= b.captured_at then return a.captured_at < b.captured_at end
  return a.index < b.index
end)

local stored = redis.call('HMGET', KEYS[4], 'latitude', 'longitude', 'capturedAt', 'accuracy',
  'stillSince', 'stillLatitude', 'stillLongitude')
local newest = nil
if stored[1] then
  newest = {
    latitude = tonumber(stored[1]), longitude = tonumber(stored[2]), captured_at = tonumber(stored[3]),
    accuracy = tonumber(stored[4]),
  }
end
local still = stored[5]
  and { since = tonumber(stored[5]), latitude = tonumber(stored[6]), longitude = tonumber(stored[7]) }

local function blur(accuracy)
  return math.min(accuracy or 0, ACCURACY_CAP_METERS)
end

local max_speed, max_accuracy = tonumber(ARGV[5]), tonumber(ARGV[6])
local function judge(point)
  if point.ahead then return 'FROM_THE_FUTURE' end
  if now - point.captured_at > OLDEST_MS then return 'TOO_OLD' end
  if started_at - point.captured_at > BEFORE_START_TOLERANCE_MS then return 'BEFORE_START' end
  if newest and point.captured_at == newest.captured_at then return 'DUPLICATE' end
  if newest and point.captured_at < newest.captured_at then return 'LATE' end
  if point.accuracy and point.accuracy > max_accuracy then return 'INACCURATE' end
  if newest then
    local way = distance_meters(newest.latitude, newest.longitude, point.latitude, point.longitude)
    local sure = math.max(0, way - blur(newest.accuracy) - blur(point.accuracy))
    local speed = sure / (point.captured_at - newest.captured_at) * 3600
    if speed > max_speed then return 'IMPLAUSIBLE_SPEED:' .. whole(math.ceil(speed)) end
  end
  return 'ACCEPTED'
end

local statuses = {}
local moved = nil
for _, point in ipairs(points) do
  local status = judge(point)
  statuses[point.index] = status
  if status == 'ACCEPTED' then
    newest, moved = point, point
    if not still
      or distance_meters(still.latitude, still.longitude, point.latitude, point.longitude) > STILL_RADIUS_METERS
    then
      still = { since = point.captured_at, latitude = point.latitude, longitude = point.longitude }
    end
  end
end

local version = active[6]
if moved then
  version = redis.call('HINCRBY', KEYS[1], 'version', 1)
  local fields = {
    'latitude', ARGV[moved.offset + 1], 'longitude', ARGV[moved.offset + 2],
    'capturedAt', whole(moved.captured_at), 'receivedAt', whole(now), 'stillSince', whole(still.since),
    'stillLatitude', string.format('%.7f', still.latitude), 'stillLongitude', string.format('%.7f', still.longitude),
  }
  for place, name in ipairs({ 'accuracy', 'heading', 'speed' }) do
    local value = ARGV[moved.offset + 2 + place]
    if value ~= '' then
      fields[#fields + 1] = name
      fields[#fields + 1] = value
    end
  end
  -- Anew, so that no heading of an earlier fix stays with a later one that has none.
  redis.call('DEL', KEYS[4])
  redis.call('HSET', KEYS[4], unpack(fields))
  -- No location outlives its journey.
  redis.call('PEXPIRE', KEYS[4], whole(math.min(tonumber(ARGV[4]), redis.call('PTTL', KEYS[1]))))
end

local taken = { tostring(version), active[7], active[8], false, false, false, false }
if newest then
  local latest = redis.call('HMGET', KEYS[4], 'latitude', 'longitude', 'capturedAt', 'stillSince')
  for i = 1, 4 do taken[3 + i] = latest[i] end
end
for _, status in ipairs(statuses) do taken[#taken + 1] = status end
return reply('APPLIED', taken)
