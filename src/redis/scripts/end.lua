#!lua
--[[ Ends a journey: by arrival, stop, expiry or cancellation.
KEYS[1]  journey:active      KEYS[2]  journey:ended      KEYS[3]  session:meta    KEYS[4]  location of the trainer
KEYS[5]  journey:deadlines   KEYS[6]  journey:events     KEYS[7]  journey:records KEYS[8]  journey:filed
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  ARRIVED | STOPPED | EXPIRED | CANCELLED
ARGV[3]  session id
ARGV[4]  for ARRIVED and STOPPED: the trainer who acts; for CANCELLED: the trainer whose journey stays, or ''
ARGV[5]  how long the end is remembered, ms
ARGV[6]  session metadata's life, ms
ARGV[7]  most entries of an outbox stream   ARGV[8] '1' when events are on
ARGV[9]  for ARRIVED: arrival radius, metres
ARGV[10] for ARRIVED: greatest age of the stored fix by capturedAt, ms; '' for any age: a fix came with the arrival
ARGV[11] the trainer whose location KEYS[4] is
Returns  { code, now, … }
  ENDED            + ended fields: by this call, or in the same way before (idempotent)
  ALREADY_ENDED    + ended fields: in another way
  NOT_OWNER        + trainer id, student id: it is not this trainer's
  NOT_ACTIVE       + trainer id, student id of the cached session, both nil when none is cached
  LOCATION_UNKNOWN no fix is stored, or none fresh
  TOO_FAR          + metres to the home, in full: rounded, they could seem near enough
  KEPT             nothing to expire or cancel
  CHANGED          + trainer id: the journey is another trainer's than KEYS[4] was made for; nothing was changed
  PAST_DEADLINE    the caller has been told 503 by now; nothing was changed
Atomic   so that a journey ends once, its location with it, and its event exists exactly if it ended.
Repeat   safe: the ended marker answers a second call.
]]
-- @include beside
-- @include clock
-- @include geo
-- @include journey
-- @include overdue
-- @include outbox
-- @include session
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local outcome, session_id, trainer_id = ARGV[2], ARGV[3], ARGV[4]
local by_trainer = outcome == 'ARRIVED' or outcome == 'STOPPED'

local active = read(KEYS[1], JOURNEY_FIELDS)
local filed = not active and read_filed(KEYS[8], session_id)
if filed and is_overdue(filed, now) then active = filed end

if not active then
  if outcome == 'EXPIRED' and not filed then redis.call('ZREM', KEYS[5], session_id) end
  if not by_trainer then return reply('KEPT') end
  local ended = read(KEYS[2], ENDED_FIELDS)
  -- Another trainer's journey says nothing of whose session it is now.
  if not ended or ended[2] ~= trainer_id then
    return reply('NOT_ACTIVE', redis.call('HMGET', KEYS[3], 'trainerId', 'studentId'))
  end
  return reply(ended[7] == outcome and 'ENDED' or 'ALREADY_ENDED', ended)
end

local overdue = is_overdue(active, now)
if by_trainer and active[2] ~= trainer_id then return reply('NOT_OWNER', { active[2], active[3] }) end
if outcome == 'EXPIRED' and not overdue then return reply('KEPT') end
if outcome == 'CANCELLED' and active[2] == trainer_id then return reply('KEPT') end
-- The deadline passed before this call: expiry comes first, whoever carries it out.
if overdue then outcome = 'EXPIRED' end
if active[2] ~= ARGV[11] then return reply('CHANGED', { active[2] }) end

if outcome == 'ARRIVED' then
  local fix = redis.call('HMGET', KEYS[4], 'latitude', 'longitude', 'capturedAt')
  local max_age = tonumber(ARGV[10])
  if not fix[1] or (max_age and now - tonumber(fix[3]) > max_age) then return reply('LOCATION_UNKNOWN') end
  local distance = distance_meters(tonumber(fix[1]), tonumber(fix[2]), tonumber(active[7]), tonumber(active[8]))
  if distance > tonumber(ARGV[9]) then return reply('TOO_FAR', { string.format('%.17g', distance) }) end
end

local ended_at = outcome == 'EXPIRED' and active[5] or whole(now)
local version = whole(tonumber(active[6]) + 1)
local ended = { active[1], active[2], active[3], active[4], active[5], version, outcome, ended_at }
local request_id = redis.call('HGET', KEYS[1], 'clientRequestId') or ''

redis.call('DEL', KEYS[1], KEYS[4])
redis.call('HDEL', KEYS[8], session_id)
redis.call('ZREM', KEYS[5], session_id)
redis.call('HSET', KEYS[2], 'clientRequestId', request_id, 'id', ended[1], 'trainerId', ended[2],
  'studentId', ended[3], 'startedAt', ended[4], 'expiresAt', ended[5], 'version', version,
  'state', outcome, 'endedAt', ended_at)
redis.call('PEXPIRE', KEYS[2], ARGV[5])
-- The outcome outlives the marker here, until the durable record tells it; also where no session is cached.
if outcome == 'CANCELLED' then forget_session(KEYS[3], now) end
redis.call('HSETNX', KEYS[3], 'checkedAt', '0')
redis.call('HSET', KEYS[3], 'lastId', ended[1], 'lastTrainerId', ended[2], 'lastStudentId', ended[3],
  'lastStartedAt', ended[4], 'lastExpiresAt', ended[5], 'lastVersion', version, 'lastState', outcome,
  'lastEndedAt', ended_at)
redis.call('PEXPIRE', KEYS[3], ARGV[6])

local change = {
  'kind', 'ENDED', 'journeyId', ended[1], 'sessionId', session_id, 'trainerId', ended[2],
  'studentId', ended[3], 'startedAt', ended[4], 'expiresAt', ended[5], 'version', version,
  'state', outcome, 'endedAt', ended_at,
}
if ARGV[8] == '1' then append(KEYS[6], ARGV[7], change) end
append(KEYS[7], ARGV[7], change)
return reply(outcome == ARGV[2] and 'ENDED' or 'ALREADY_ENDED', ended)
