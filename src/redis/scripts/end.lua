#!lua
--[[ Ends a journey: by arrival, stop, expiry or cancellation. After a change of the booking, brings it up to date instead
if it goes on.
KEYS[1]  journey:active      KEYS[2]  journey:ended      KEYS[3]  session:meta    KEYS[4]  location of the trainer
KEYS[5]  journey:deadlines   KEYS[6]  journey:events     KEYS[7]  journey:records KEYS[8]  journey:expiry
KEYS[9]  journey:filed       KEYS[10] journey:alerts      KEYS[11] journey:unattended
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  JSON:
  outcome                    ARRIVED | STOPPED | EXPIRED | CANCELLED
  sessionId
  trainerId                  for ARRIVED and STOPPED: the trainer who acts
  deviceId                   for ARRIVED: the device that acts; left out: it has not named itself
  booking                    for CANCELLED: the values of sessionMeta of the session as it is booked now; left out: it is not.
                             A journey of its trainer to its student stays and gets its home
  readAt                     for CANCELLED: when the read of the booking began, epoch ms by Redis' clock; left out: an
                             operator cancels the journey, whatever is booked
  locationTrainerId          the trainer whose location KEYS[4] is
  endedTtlMs, sessionMetaTtlMs
  shareAfterEndMs            how long the session's shares outlive the journey
  outboxMaxLength            most entries of an outbox stream
  eventsOn                   true when events are published
  arrivalRadiusMeters        for ARRIVED
  noShowMs                   the setting ALERT_NO_SHOW_MS
  maxSpeedKmh                for ARRIVED: after a takeover
  maxFixAgeMs                for ARRIVED: of the stored fix by capturedAt; left out: a fix came with the arrival
Returns  { code, now, … }
  ENDED            + endedJourney fields: by this call, or in the same way before (idempotent)
  ALREADY_ENDED    + endedJourney fields: in another way
  NOT_OWNER        + trainer id, student id: it is not this trainer's
  NOT_ACTIVE       + trainer id, student id of the cached session, both nil when none is cached
  OTHER_DEVICE     + since when another device reports on the journey, epoch ms
  LOCATION_UNKNOWN no fix of this device is stored, or none fresh
  TOO_FAR          + metres to the home, in full: rounded, they could seem near enough
  UNCONFIRMED      + ms until the home could have been reached from the place that a takeover overturned
  KEPT             nothing to expire or cancel
  OUTDATED         a read of the booking that began no earlier was applied before; nothing was changed
  CHANGED          + trainer id: the journey is another trainer's than KEYS[4] was made for; nothing was changed
  PAST_DEADLINE    the caller has got its 503 by now; nothing was changed
Atomic   so that a journey ends once, its location with it, and its event exists exactly if it ended.
Repeat   safe: the ended marker answers a second call, and to a second change of the booking it is OUTDATED.
]]
local active_key, ended_key, meta_key, location_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local deadlines_key, events_key, records_key, expiry_key, filed_key = KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local alerts_key, unattended_key = KEYS[10], KEYS[11]
-- @include clock
-- @include record
-- @include expiry
-- @include geo
-- @include outbox
-- @include change
-- @include siblingKey
-- @include shares
-- @include sequence
-- @record activeJourney
-- @record endedJourney
-- @record lastJourney
-- @record sessionMeta
-- @record location
-- @record reporter
-- @include invalidation
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local options = cjson.decode(ARGV[2])
local outcome, session_id, trainer_id = options.outcome, options.sessionId, options.trainerId

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local by_trainer = outcome == 'ARRIVED' or outcome == 'STOPPED'
local by_operator = outcome == 'CANCELLED' and not options.readAt

-- When the read of the booking began that the journey was last brought up to date by. One of a process of the release
-- before has none.
local BOOKING_READ_AT = 'bookingReadAt'

local active = read(active_key, ACTIVE_JOURNEY)
local recorded = not active and read_expiry(expiry_key, filed_key, deadlines_key, session_id)
if recorded and is_overdue(recorded, now) then active = recorded end

local booking = options.booking and named(SESSION_META, options.booking)
local goes_on = active and booking and booking.trainerId == active.trainerId and booking.studentId == active.studentId
-- Before anything else is written: while a slot migrates, Redis refuses the access to a key that is not here.
local shares_key, share_count = session_key(active_key, 'session:shares'), nil
if options.readAt then
  if options.readAt <= tonumber(redis.call('HGET', active_key, BOOKING_READ_AT) or 0) then return reply('OUTDATED') end
  if active and not goes_on and active.trainerId ~= options.locationTrainerId then
    return reply('CHANGED', { active.trainerId })
  end
  -- A share shows what the session's student may see: it ends with the booking, and when that is another student's.
  share_count = revise_shares(shares_key, now, function(share)
    return booking and booking.studentId == share.studentId and math.huge or 0
  end)
  invalidate_session(meta_key, now)
  if goes_on and not is_overdue(active, now) then
    local is_moved = tonumber(booking.homeLatitude) ~= tonumber(active.homeLatitude)
      or tonumber(booking.homeLongitude) ~= tonumber(active.homeLongitude)
    redis.call('HSET', active_key, 'homeLatitude', booking.homeLatitude, 'homeLongitude', booking.homeLongitude,
      BOOKING_READ_AT, whole(options.readAt), 'scheduledAt', booking.scheduledAt)
    if is_moved then
      -- What was known of the way to the former home: a router's answer, and which stage the shown fix satisfies.
      redis.call('HDEL', active_key, 'routerEta')
      redis.call('HDEL', location_key, 'stageLevel')
      local fix = read(location_key, LOCATION)
      if fix then
        -- @include publishEta
        local meters = distance_meters(tonumber(fix.latitude), tonumber(fix.longitude), tonumber(booking.homeLatitude),
          tonumber(booking.homeLongitude))
        local shown = redis.call('HGET', active_key, 'eta') or nil
        local published = published_eta(shown, estimated_eta(meters, tonumber(fix.capturedAt)), now)
        if published then redis.call('HSET', active_key, 'eta', published) end
      end
    end
    redis.call('ZADD', alerts_key, 'LT', whole(now), session_id)
  end
  if goes_on then return reply('KEPT') end
end

if not active then
  if outcome == 'EXPIRED' and not recorded then redis.call('ZREM', deadlines_key, session_id) end
  if not by_trainer and not by_operator then return reply('KEPT') end
  local ended = read(ended_key, ENDED_JOURNEY)
  -- Another trainer's journey says nothing of whose session it is now.
  if not ended or (by_trainer and ended.trainerId ~= trainer_id) then
    return reply('NOT_ACTIVE', redis.call('HMGET', meta_key, 'trainerId', 'studentId'))
  end
  return reply(ended.state == outcome and 'ENDED' or 'ALREADY_ENDED', values_of(ended, ENDED_JOURNEY))
end

local overdue = is_overdue(active, now)
if by_trainer and active.trainerId ~= trainer_id then
  return reply('NOT_OWNER', { active.trainerId, active.studentId })
end
if outcome == 'EXPIRED' and not overdue then return reply('KEPT') end
-- The deadline passed before this call: expiry comes first, whoever carries it out.
if overdue then outcome = 'EXPIRED' end
if active.trainerId ~= options.locationTrainerId then return reply('CHANGED', { active.trainerId }) end

if outcome == 'ARRIVED' then
  local reporter = options.deviceId and read(active_key, REPORTER)
  if reporter and reporter.reportingDevice ~= options.deviceId then
    return reply('OTHER_DEVICE', { reporter.reportsSince })
  end
  if reporter and reporter.reporterIsNew then return reply('LOCATION_UNKNOWN') end
  local fix = read(location_key, LOCATION)
  if not fix or (options.maxFixAgeMs and now - tonumber(fix.capturedAt) > options.maxFixAgeMs) then
    return reply('LOCATION_UNKNOWN')
  end
  local place = { latitude = tonumber(fix.latitude), longitude = tonumber(fix.longitude) }
  local home = { latitude = tonumber(active.homeLatitude), longitude = tonumber(active.homeLongitude) }
  local distance = distance_between(place, home)
  if distance > options.arrivalRadiusMeters then return reply('TOO_FAR', { string.format('%.17g', distance) }) end
  local overturned = redis.call('HGET', location_key, 'overturned')
  if overturned then
    -- @include overturned
    local retry_ms = unconfirmed_until(overturned, home, options.maxSpeedKmh) - now
    if retry_ms > 0 then return reply('UNCONFIRMED', { whole(retry_ms) }) end
  end
end

local ended = {
  id = active.id, trainerId = active.trainerId, studentId = active.studentId, startedAt = active.startedAt,
  expiresAt = active.expiresAt, version = whole(tonumber(active.version) + 1), state = outcome,
  endedAt = outcome == 'EXPIRED' and active.expiresAt or whole(now),
}
local request_id, counts_text, scheduled_at = unpack(redis.call('HMGET', active_key, 'clientRequestId', 'counts',
  'scheduledAt'))
local summary = {}
if counts_text then
  -- @include counts
  local counts, fix, ended_at = read_counts(counts_text), read(location_key, LOCATION), tonumber(ended.endedAt)
  local rest = counts.place and fix and distance_meters(counts.place.latitude, counts.place.longitude,
    tonumber(fix.latitude), tonumber(fix.longitude)) or 0
  ended.drivenMeters = whole(math.floor(counts.driven + rest + 0.5))
  ended.signalLostSeconds = whole(math.floor((counts.lost + math.max(0, ended_at - counts.known_until)) / 1000 + 0.5))
  ended.rejectedFixes = whole(counts.rejected)
  if outcome == 'ARRIVED' and scheduled_at then
    -- A booking may lie at any time; the record takes 32 bits.
    local late = math.floor((ended_at - tonumber(scheduled_at)) / 1000 + 0.5)
    ended.lateSeconds = whole(math.max(-2147483647, math.min(2147483647, late)))
  end
  summary = append_fields({}, ended, { 'drivenMeters', 'signalLostSeconds', 'rejectedFixes', 'lateSeconds' })
end
-- Of a journey whose key has expired the number of its events is lost too; the version is greater than it can have been.
local sequence = active == recorded and ended.version or end_sequence(active_key)

local scheduled_at = redis.call('HGET', active_key, 'scheduledAt') or redis.call('HGET', meta_key, 'scheduledAt')
-- A search by scheduledAt has passed this session while its journey was active: the next one looks at it by its id.
if outcome ~= 'ARRIVED' and scheduled_at and now >= tonumber(scheduled_at) + options.noShowMs then
  redis.call('ZADD', unattended_key, whole(now), session_id)
end
if share_count ~= 0 then
  revise_shares(shares_key, now, function()
    return tonumber(ended.endedAt) + options.shareAfterEndMs
  end)
end
redis.call('DEL', active_key, location_key, session_key(active_key, 'journey:trail'))
redis.call('HDEL', expiry_key, session_id)
redis.call('HDEL', filed_key, session_id)
redis.call('ZREM', deadlines_key, session_id)
redis.call('ZREM', alerts_key, session_id)
redis.call('HSET', ended_key, unpack(append_fields({ 'clientRequestId', request_id or '' }, ended, ENDED_JOURNEY)))
redis.call('PEXPIRE', ended_key, options.endedTtlMs)
-- The outcome outlives the marker here, until the durable record has it; also where no session is cached.
redis.call('HSETNX', meta_key, 'checkedAt', '0')
redis.call('HSET', meta_key, unpack(append_fields({}, ended, ENDED_JOURNEY, LAST_JOURNEY)))
redis.call('PEXPIRE', meta_key, options.sessionMetaTtlMs)

local change = change_of('ENDED', session_id, ended, {
  'state', ended.state, 'endedAt', ended.endedAt, 'sequence', sequence, unpack(summary)
})
append(records_key, options.outboxMaxLength, change)
if options.eventsOn then
  -- For one release: processes of the release before give each end the number 2, so they must not know any other end.
  if sequence ~= '2' then change[2] = 'ENDED_NUMBERED' end
  append(events_key, options.outboxMaxLength, change)
end
return reply(outcome == options.outcome and 'ENDED' or 'ALREADY_ENDED', values_of(ended, ENDED_JOURNEY))
