#!lua
--[[ Raises and clears the alerts of a partition's journeys that are due to be checked.
KEYS[1]  journey:alerts   KEYS[2]  journey:events
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  JSON:
  keyPrefix, keyTag          of the partition's keys, before and after their kind
  most                       how many journeys are checked at most
  signalLiveMs, signalLostMs, signalClearMs, notMovingMs, lateMs, lateForMs   the settings SIGNAL_LIVE_MS and ALERT_…
  arrivalRadiusMeters        within it a trainer may stand
  outboxMaxLength            most entries of an outbox stream
  eventsOn                   true when events are published
Returns  { code, now, … }
  CHECKED          + how many were checked, how many more are due; then for each change session id, alert, RAISED | CLEARED
  PAST_DEADLINE    nothing was changed
Atomic   so that each alert is raised and cleared once, with its event, however many processes sweep.
Repeat   safe: what was checked is due later.
journey:alerts holds each active journey by the time at which its alerts could change next if nothing came to pass; an
update makes due at once what it changes (include/alertsAfterFix.lua). A journey that was due too early is only due
again. The executable model is test/road/alerts.ts; test/redis/alerts.spec.ts holds the two together.
]]
local alerts_key, events_key = KEYS[1], KEYS[2]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local options = cjson.decode(ARGV[2])
-- @include geo
-- @include stand
-- @include outbox
-- @include change
-- @include sequence
-- @include locationKey
-- @read activeJourney
-- @read storedLocation
-- No journey waits for longer: its updates may be those of a process of the release before, which make nothing due.
local MAX_WAIT_MS = 60000
-- A trainer who stands still where another fix, without leaving the stand, could raise NOT_MOVING.
local STANDING_WAIT_MS = 2000
local ALERTS = { 'SIGNAL_LOST', 'NOT_MOVING', 'RUNNING_LATE' }

-- Of an ETA as include/publishEta.lua writes it.
local function earliest_arrival(eta)
  if not eta then return nil end
  local computed_at, earliest_ms = string.match(eta, '^%S+ (%d+) %S+ (%S+)')
  return tonumber(computed_at) + tonumber(earliest_ms)
end

-- One journey's alerts, and what they are judged by.
local function read_journey(active_key)
  local journey, alerts, scheduled_at, live_since, stood_at, late_since, eta = read_active_journey(active_key,
    'alerts', 'scheduledAt', 'liveSince', 'stoodAt', 'lateSince', 'eta')
  if not journey or tonumber(journey.expiresAt) <= now then return nil end
  local stored = { alerts = alerts, liveSince = live_since, stoodAt = stood_at, lateSince = late_since }
  local raised = {}
  for name in string.gmatch(alerts or '', '%S+') do raised[name] = true end
  return {
    active = journey, stored = stored, raised = raised, started_at = tonumber(journey.startedAt), version = tonumber(journey.version),
    home = { latitude = tonumber(journey.homeLatitude), longitude = tonumber(journey.homeLongitude) },
    scheduled_at = tonumber(scheduled_at), live_since = tonumber(live_since), stood_at = stood_at or nil,
    late_since = tonumber(late_since), earliest_at = earliest_arrival(eta),
  }
end

local function read_fix(location_key)
  local stored = read_stored_location(location_key)
  if not stored then return nil end
  local captured_at = tonumber(stored.capturedAt)
  return {
    latitude = tonumber(stored.latitude), longitude = tonumber(stored.longitude),
    received_at = tonumber(stored.receivedAt), is_live = now - captured_at <= options.signalLiveMs,
    stand = decode_stand(stored, 0),
  }
end

-- Each check returns whether the alert is raised now, and when that could change next.
local checks = {}

function checks.SIGNAL_LOST(journey, fix)
  local heard_at = math.max(journey.started_at, fix and fix.received_at or 0)
  -- After the first fix there is no location only if it has expired.
  local is_silent = now - heard_at >= options.signalLostMs or (not fix and journey.version > 1)
  if not journey.raised.SIGNAL_LOST then
    journey.live_since = nil
    return is_silent, is_silent and now + options.signalClearMs or heard_at + options.signalLostMs
  end
  if is_silent or not fix or not fix.is_live then return true, now + options.signalClearMs end
  local clears_at = (journey.live_since or now) + options.signalClearMs
  if now < clears_at then
    journey.live_since = journey.live_since or now
    return true, clears_at
  end
  journey.live_since = nil
  return false, heard_at + options.signalLostMs
end

function checks.NOT_MOVING(journey, fix)
  if not fix then return journey.raised.NOT_MOVING end
  local stand = fix.stand
  local raises_at = stand.time + options.notMovingMs
  if journey.raised.NOT_MOVING then
    if not has_left(decode_place(journey.stood_at), stand, fix) then return true end
    journey.stood_at = nil
    return false, raises_at
  end
  if now < raises_at then return false, raises_at end
  if fix.is_live and distance_between(fix, journey.home) > options.arrivalRadiusMeters then
    journey.stood_at = stand.fix.latitude .. ' ' .. stand.fix.longitude
    return true
  end
  local farthest = distance_between(stand, journey.home) + STAND_RADIUS_METERS
  return false, farthest > options.arrivalRadiusMeters and now + STANDING_WAIT_MS or nil
end

function checks.RUNNING_LATE(journey, fix)
  local was_raised = journey.raised.RUNNING_LATE or false
  -- Without a location nothing is known of the arrival, so the alert stays as it is.
  if not fix or not journey.earliest_at or not journey.scheduled_at then
    journey.late_since = nil
    return was_raised
  end
  local late_from = journey.scheduled_at + options.lateMs + 1
  local is_late = math.max(journey.earliest_at, now) >= late_from
  if is_late == was_raised then
    journey.late_since = nil
    return was_raised, not is_late and late_from or nil
  end
  journey.late_since = journey.late_since or now
  local changes_at = journey.late_since + options.lateForMs
  if now < changes_at then return was_raised, changes_at end
  journey.late_since = nil
  return is_late, not is_late and late_from or nil
end

local reply = { 'CHECKED', whole(now), 0, 0 }

-- Stores what a check changed of the journey, with one event for each alert that was raised or cleared.
local function store(active_key, session_id, journey, raised)
  local names = {}
  for _, alert in ipairs(ALERTS) do
    if raised[alert] then names[#names + 1] = alert end
    if not raised[alert] ~= not journey.raised[alert] then
      local status = raised[alert] and 'RAISED' or 'CLEARED'
      for _, value in ipairs({ session_id, alert, status }) do reply[#reply + 1] = value end
      if options.eventsOn then
        append(events_key, options.outboxMaxLength, change_of('ALERT', session_id, journey.active, {
          'sequence', next_sequence(active_key), 'alert', alert, 'status', status, 'changedAt', whole(now),
        }))
      end
    end
  end
  local fields = {
    alerts = names[1] and table.concat(names, ' '), liveSince = journey.live_since and whole(journey.live_since),
    stoodAt = journey.stood_at, lateSince = journey.late_since and whole(journey.late_since),
  }
  for name, value in pairs(journey.stored) do
    if value and not fields[name] then redis.call('HDEL', active_key, name) end
  end
  for name, value in pairs(fields) do
    if value ~= journey.stored[name] then redis.call('HSET', active_key, name, value) end
  end
end

local session_ids = redis.call('ZRANGE', alerts_key, '-inf', whole(now), 'BYSCORE', 'LIMIT', 0, options.most)
for _, session_id in ipairs(session_ids) do
  local active_key = options.keyPrefix .. 'journey:active:' .. options.keyTag .. ':' .. session_id
  local journey = read_journey(active_key)
  if journey then
    local fix = read_fix(options.keyPrefix .. 'location:trainer:' .. encode_user_id(journey.active.trainerId)
      .. ':session:' .. options.keyTag .. ':' .. session_id)
    local raised, next_at = {}, now + MAX_WAIT_MS
    for _, alert in ipairs(ALERTS) do
      local is_raised, changes_at = checks[alert](journey, fix)
      raised[alert] = is_raised
      next_at = math.min(next_at, changes_at or next_at)
    end
    store(active_key, session_id, journey, raised)
    redis.call('ZADD', alerts_key, whole(math.max(next_at, now + 1)), session_id)
  else
    -- It ended by a process of the release before, or its key has expired.
    redis.call('ZREM', alerts_key, session_id)
  end
end
reply[3] = #session_ids
reply[4] = redis.call('ZCOUNT', alerts_key, '-inf', whole(now))
return reply
