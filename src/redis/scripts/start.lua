#!lua
--[[ Starts a journey.
KEYS[1]  journey:active      KEYS[2]  journey:ended      KEYS[3]  session:meta    KEYS[4]  location of the trainer
KEYS[5]  journey:deadlines   KEYS[6]  journey:events     KEYS[7]  journey:records KEYS[8]  journey:filed
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  journey id, made by the caller    ARGV[3]  clientRequestId or ''
ARGV[4]  session id   ARGV[5]  trainer id   ARGV[6]  student id
ARGV[7]  status       ARGV[8]  scheduledAt  ARGV[9]  home latitude   ARGV[10] home longitude
ARGV[11] '1' when the session's status and its durable record allow a start
ARGV[12] journey's life, ms   ARGV[13] grace beyond it, ms   ARGV[14] session metadata's life, ms
ARGV[15] most entries of an outbox stream                    ARGV[16] '1' when events are on
Returns  { code, now, … }
  STARTED          + journey fields: begun by this call, or by an earlier try of it (same journey id)
  REPEATED         + journey fields: the same clientRequestId began it before; still under way
  REPEATED_ENDED   + ended fields: the same clientRequestId (or an earlier try) began it; it has ended
  ALREADY_STARTED  + journey fields
  OVERDUE          + journey fields: one past its deadline, not yet ended by the watchdog: end it, then start.
                   Of one whose own key is gone the fields of its home are missing
  NOT_OWNER        + journey fields: one of a trainer who has lost the session: cancel it, then start
  NOT_STARTABLE    the session's status or an arrival forbids it; nothing was changed
  PAST_DEADLINE    the caller has been told 503 by now; nothing was changed
Atomic   so that of two racing starts exactly one wins, and its event exists exactly if its journey does.
Repeat   safe: the journey id tells a lost reply's retry from a second start.
]]
-- @include beside
-- @include clock
-- @include journey
-- @include overdue
-- @include outbox
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local journey_id, request_id = ARGV[2], ARGV[3]
local trainer_id, student_id = ARGV[5], ARGV[6]

local active = read(KEYS[1], JOURNEY_FIELDS)
if active then
  if active[1] == journey_id then return reply('STARTED', active) end
  if active[2] ~= trainer_id then return reply('NOT_OWNER', active) end
  if is_overdue(active, now) then return reply('OVERDUE', active) end
  if request_id ~= '' and redis.call('HGET', KEYS[1], 'clientRequestId') == request_id then
    return reply('REPEATED', active)
  end
  return reply('ALREADY_STARTED', active)
end
-- Overwritten, what is filed of an earlier journey would take that one's end with it.
local filed = read_filed(KEYS[8], ARGV[4])
if filed and is_overdue(filed, now) then return reply('OVERDUE', filed) end

local ended = read(KEYS[2], ENDED_FIELDS)
if ended then
  local same_request = request_id ~= '' and redis.call('HGET', KEYS[2], 'clientRequestId') == request_id
  if ended[1] == journey_id or (same_request and ended[2] == trainer_id) then
    return reply('REPEATED_ENDED', ended)
  end
  if ended[7] == 'ARRIVED' then return reply('NOT_STARTABLE') end
end
if ARGV[11] ~= '1' or redis.call('HGET', KEYS[3], 'lastState') == 'ARRIVED' then return reply('NOT_STARTABLE') end

local expires_at = now + tonumber(ARGV[12])
local facts = {
  'id', journey_id, 'trainerId', trainer_id, 'studentId', student_id, 'startedAt', whole(now),
  'expiresAt', whole(expires_at), 'version', '1', 'homeLatitude', ARGV[9], 'homeLongitude', ARGV[10],
}
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[1], 'clientRequestId', request_id, unpack(facts))
redis.call('PEXPIREAT', KEYS[1], whole(expires_at + tonumber(ARGV[13])))
redis.call('HSET', KEYS[3], 'checkedAt', whole(now), 'trainerId', trainer_id, 'studentId', student_id,
  'status', ARGV[7], 'scheduledAt', ARGV[8], 'homeLatitude', ARGV[9], 'homeLongitude', ARGV[10])
redis.call('PEXPIRE', KEYS[3], ARGV[14])
redis.call('ZADD', KEYS[5], whole(expires_at), ARGV[4])
-- What the end must tell, kept without a TTL: the watchdog may come after the journey's own key is gone.
redis.call('HSET', KEYS[8], ARGV[4],
  cjson.encode({ journey_id, trainer_id, student_id, whole(now), whole(expires_at) }))

local change = {
  'kind', 'STARTED', 'journeyId', journey_id, 'sessionId', ARGV[4], 'trainerId', trainer_id,
  'studentId', student_id, 'startedAt', whole(now), 'expiresAt', whole(expires_at), 'version', '1',
}
if ARGV[16] == '1' then append(KEYS[6], ARGV[15], change) end
append(KEYS[7], ARGV[15], change)
return reply('STARTED', read(KEYS[1], JOURNEY_FIELDS))
