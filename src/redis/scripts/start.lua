#!lua
--[[ Starts a journey.
KEYS[1]  journey:active      KEYS[2]  journey:ended      KEYS[3]  session:meta    KEYS[4]  location of the trainer
KEYS[5]  journey:deadlines   KEYS[6]  journey:events     KEYS[7]  journey:records KEYS[8]  journey:expiry
KEYS[9]  journey:filed       KEYS[10] journey:alerts      KEYS[11] session:noshow
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  JSON:
  journeyId                  made by the caller
  clientRequestId            or ''
  deviceId                   the device that reports from the start; left out: the first one that names itself
  sessionId
  session                    the values of sessionMeta (records.ts); its checkedAt becomes readAt
  readAt                     when the read of the session began, epoch ms by Redis' clock
  startable                  true when the session's status and its durable record allow a start
  journeyTtlMs, graceMs      how long its own key outlives the deadline
  sessionMetaTtlMs
  outboxMaxLength            most entries of an outbox stream
  eventsOn                   true when events are published
Returns  { code, now, … }
  STARTED          + activeJourney fields: begun by this call, or by an earlier try of it (same journey id); then '1' if
                   this call cleared a NO_SHOW
  REPEATED         + activeJourney fields: the same clientRequestId began it before; still active
  REPEATED_ENDED   + endedJourney fields: the same clientRequestId (or an earlier try) began it; it has ended
  ALREADY_STARTED  + activeJourney fields
  OVERDUE          + activeJourney fields: one past its deadline, not yet ended by the watchdog: end it, then start.
                   The fields of its home are nil if its own key has expired
  OUTDATED         the booking changed since it was read; nothing was changed
  NOT_OWNER        + activeJourney fields: one of a trainer who has lost the session: cancel it, then start
  NOT_STARTABLE    the session's status or an arrival forbids it; nothing was changed
  PAST_DEADLINE    the caller has got its 503 by now; nothing was changed
Atomic   so that of two racing starts exactly one wins, and its event exists exactly if its journey does.
Repeat   safe: the journey id distinguishes the retry after a lost reply from a second start.
]]
local active_key, ended_key, meta_key, location_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local deadlines_key, events_key, records_key, expiry_key, filed_key = KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local alerts_key, no_show_key = KEYS[10], KEYS[11]
-- @include clock
-- @include record
-- @include expiry
-- @include outbox
-- @include siblingKey
-- @include change
-- @include noShow
-- @record activeJourney
-- @record endedJourney
-- @record sessionMeta
-- @record reporter
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local options = cjson.decode(ARGV[2])
local session_id, request_id = options.sessionId, options.clientRequestId
local session = named(SESSION_META, options.session)
session.checkedAt = whole(options.readAt)

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local active = read(active_key, ACTIVE_JOURNEY)
if active then
  local values = values_of(active, ACTIVE_JOURNEY)
  if active.id == options.journeyId then return reply('STARTED', values) end
  if active.trainerId ~= session.trainerId then return reply('NOT_OWNER', values) end
  if is_overdue(active, now) then return reply('OVERDUE', values) end
  if request_id ~= '' and redis.call('HGET', active_key, 'clientRequestId') == request_id then
    return reply('REPEATED', values)
  end
  return reply('ALREADY_STARTED', values)
end
-- Overwritten, the expiry record of an earlier journey would take that journey's end with it.
local recorded = read_expiry(expiry_key, filed_key, deadlines_key, session_id)
if recorded and is_overdue(recorded, now) then return reply('OVERDUE', values_of(recorded, ACTIVE_JOURNEY)) end

local ended = read(ended_key, ENDED_JOURNEY)
if ended then
  local same_request = request_id ~= '' and redis.call('HGET', ended_key, 'clientRequestId') == request_id
  if ended.id == options.journeyId or (same_request and ended.trainerId == session.trainerId) then
    return reply('REPEATED_ENDED', values_of(ended, ENDED_JOURNEY))
  end
  if ended.state == 'ARRIVED' then return reply('NOT_STARTABLE') end
end
-- The change could not reach a journey that did not exist yet.
if options.readAt <= tonumber(redis.call('HGET', meta_key, 'forgottenAt') or 0) then return reply('OUTDATED') end
if not options.startable or redis.call('HGET', meta_key, 'lastState') == 'ARRIVED' then
  return reply('NOT_STARTABLE')
end

local expires_at = now + options.journeyTtlMs
local journey = {
  id = options.journeyId, trainerId = session.trainerId, studentId = session.studentId, startedAt = whole(now),
  expiresAt = whole(expires_at), version = '1', homeLatitude = session.homeLatitude,
  homeLongitude = session.homeLongitude,
}
-- For one release: processes that call the record journey:filed leave it in journey:expiry when they end a journey.
if redis.call('HLEN', expiry_key) > redis.call('ZCARD', deadlines_key) then
  for _, id in ipairs(redis.call('HKEYS', expiry_key)) do
    if not redis.call('ZSCORE', deadlines_key, id) then redis.call('HDEL', expiry_key, id) end
  end
end
redis.call('DEL', ended_key, meta_key, location_key, session_key(active_key, 'journey:trail'))
redis.call('HSET', active_key, unpack(append_fields(
  {
    'clientRequestId', request_id, 'bookingReadAt', whole(options.readAt), 'scheduledAt', session.scheduledAt,
    'sequence', '1', 'counts', '0 - - ' .. whole(now) .. ' 0 0',
  }, journey, ACTIVE_JOURNEY)))
if options.deviceId then
  local reporter = { reportingDevice = options.deviceId, reportsSince = whole(now) }
  redis.call('HSET', active_key, unpack(append_fields({}, reporter, REPORTER)))
end
redis.call('PEXPIREAT', active_key, whole(expires_at + options.graceMs))
redis.call('HSET', meta_key, unpack(append_fields({}, session, SESSION_META)))
redis.call('PEXPIRE', meta_key, options.sessionMetaTtlMs)
redis.call('ZADD', deadlines_key, whole(expires_at), session_id)
redis.call('ZADD', alerts_key, whole(now), session_id)
-- What the journey's end needs, kept without a TTL: the watchdog may come after the journey's own key has expired.
local record = cjson.encode({ journey.id, journey.trainerId, journey.studentId, journey.startedAt, journey.expiresAt })
redis.call('HSET', expiry_key, session_id, record)
redis.call('HSET', filed_key, session_id, record)

local change = change_of('STARTED', session_id, journey, { 'sequence', '1' })
if options.eventsOn then append(events_key, options.outboxMaxLength, change) end
append(records_key, options.outboxMaxLength, change)
local values = values_of(journey, ACTIVE_JOURNEY)
local missed_at, status = read_no_show(no_show_key)
if status == 'RAISED' then
  redis.call('SET', no_show_key, missed_at .. ' CLEARED', 'KEEPTTL')
  redis.call('ZREM', partition_key(active_key, 'journey:noshows'), session_id)
  local missed = {
    id = session_id, trainerId = session.trainerId, studentId = session.studentId, scheduledAt = missed_at,
  }
  if options.eventsOn then
    append(events_key, options.outboxMaxLength, no_show_change(missed, 'CLEARED', now))
  end
  values[#values + 1] = '1'
end
return reply('STARTED', values)
