#!lua
--[[ Takes a request's fixes: orders them, drops what is wrong, stores the newest, counts the version.
KEYS[1]  journey:active   KEYS[2]  journey:ended   KEYS[3]  session:meta   KEYS[4]  location of the trainer
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  trainer id
ARGV[3]  '1': apply the points; '0': the trainer is over its rate, only check whether the journey is active and this device
         reports on it; '2': another device has the rate, apply if this one reports, at its own pace
ARGV[4]  sentAt by the phone's clock, epoch ms, or ''    ARGV[5]  the device that sends: its id, or ''
What the service is set to:
ARGV[6]  location's life, ms    ARGV[7]  top speed, km/h    ARGV[8]  sustained top speed, km/h    ARGV[9]  worst accuracy, metres
ARGV[10] most distance from home, metres    ARGV[11] '1': mocked fixes count
ARGV[12] with '2' in ARGV[3]: least time since the last update, ms
ARGV[13] stage APPROACHING: expected within this time, ms    ARGV[14], ARGV[15] stages NEARBY and AT_THE_DOOR: within these
         distances of home, metres    ARGV[16] most entries of the stream of events, or '': none are published
ARGV[17] the signal is LIVE up to this age of a fix, ms    ARGV[18] SIGNAL_LOST is raised after this time without a fix, ms
ARGV[19] '1': where the journey began is kept, because a setting hides it
ARGV[20…] for each point the values of fix (records.ts). Not packed as JSON: that costs an update 10 µs more.
Returns  { code, now, … }
  APPLIED          + appliedUpdate fields, the location's empty without a stored fix; then for each point in the
                   order sent a status code: ACCEPTED, ACCEPTED:TAKEOVER, LATE, DUPLICATE, DUPLICATE:STORED (the stored
                   fix itself), a rejection, or `IMPLAUSIBLE_SPEED:<km/h>:<limit>`
  ACTIVE           (ARGV[3] = '0')
  LIMITED          + ms until a request is allowed (ARGV[3] = '2')
  OTHER_DEVICE     + since when another device reports on the journey, epoch ms
  ENDED            + endedJourney fields
  NOT_OWNER        + trainer id, student id: it is not this trainer's
  NOT_ACTIVE       + trainer id, student id of the cached session, both nil when none is cached
  PAST_DEADLINE    the caller has got its 503 by now; nothing was changed
Atomic   so that of two racing requests the newer fix stays and each is judged against what is stored.
Repeat   safe: a point that was accepted before is a DUPLICATE or LATE, and one that was rejected before joins no run.
The rules are test/road/judge.ts; test/redis/judgement.spec.ts holds the two together.
]]
local active_key, ended_key, meta_key, location_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- @include clock
-- @include geo
-- @read activeJourney
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local trainer_id = ARGV[2]

local function reply(code, values)
  return { code, whole(now), unpack(values or {}) }
end

local device = ARGV[5] ~= '' and ARGV[5] or nil
local clock_field = 'clock:' .. ARGV[5]
local active, newest_at, stored_clock, reporting_device, reports_since, reporter_is_new, reported_at, stage, eta, answer, alerts,
  stored_counts =
  read_active_journey(active_key, 'newestAt', clock_field, 'reportingDevice', 'reportsSince', 'reporterIsNew', 'reportedAt',
    'stage', 'eta', 'routerEta', 'alerts', 'counts')
if not active or tonumber(active.expiresAt) <= now then
  -- Here and not above: what the update of an active journey does without, it need not define.
  -- @include noActiveJourney
end
if active.trainerId ~= trainer_id then return reply('NOT_OWNER', { active.trainerId, active.studentId }) end
if device and reporting_device and reporting_device ~= device then
  return reply('OTHER_DEVICE', { reports_since })
end
if ARGV[3] == '0' then return reply('ACTIVE') end
if ARGV[3] == '2' then
  local wait = tonumber(reported_at or 0) + tonumber(ARGV[12]) - now
  if wait > 0 then return reply('LIMITED', { whole(wait) }) end
end

-- @named fix
-- @read storedLocation
-- @write storedLocation
-- @values appliedUpdate
-- @include deviceClock
-- @include orderPoints
-- @include judgePoint
-- @include stand
-- @include storeLocation
-- @include publishEta
-- @include stages
-- @include counts
-- @include countFix
-- A journey keeps the clocks of a few devices. The requests of further devices are corrected each by itself.
local MAX_JOURNEY_FIELDS = 40
local limits = {
  maxSpeedKmh = tonumber(ARGV[7]), maxAccuracyMeters = tonumber(ARGV[9]), sustainedMaxSpeedKmh = tonumber(ARGV[8]),
  maxDistanceMeters = tonumber(ARGV[10]), acceptMockedFixes = ARGV[11] == '1', approachingMs = tonumber(ARGV[13]),
  nearbyMeters = tonumber(ARGV[14]), doorMeters = tonumber(ARGV[15]),
}
local sent_at = tonumber(ARGV[4])
local points, newest_capture = read_points(20, sent_at, now)
local clock = adjust_clock(stored_clock or nil, sent_at, newest_capture, now)
newest_at = newest_at and tonumber(newest_at)
local journey = {
  now = now, started_at = tonumber(active.startedAt), newest_time = newest_at and newest_at - clock.fall,
  home = { latitude = tonumber(active.homeLatitude), longitude = tonumber(active.homeLongitude) },
}
local stored = read_stored_location(location_key)
local track = stored and decode_track(stored, clock.fall)
local statuses, is_accepted, is_corrected = {}, false, false
local routed = router_eta(answer, now)
-- The stage before the request, and those that its fixes reach.
local level = not stage and 0 or stage == 'APPROACHING' and 1 or stage == 'NEARBY' and 2 or 3
local reached = nil
local counts = stored_counts and read_counts(stored_counts)
-- The fixes that begin a step of the way, and where the journey began.
local keeps_origin, trail_points, origin = ARGV[19] == '1', nil, nil
-- After another device the first fix is judged as if nothing were shown, and what is shown then counts as overturned.
local is_first = device and reporter_is_new
local newest_before, former, stand = journey.newest_time, nil, track and track.stand
if is_first then
  former, track, journey.newest_time = track, nil, nil
  if counts then counts.place = nil end
end
order_points(points, sent_at, clock.offset, now)
for i = 1, #points do
  local point, status, before, still_before = points[i], nil, track and track.shown, track and track.still
  status, track = judge_point(track, point, journey, limits)
  statuses[point.index] = status
  if counts then count_fix(counts, point, status, before, limits) end
  if status == 'ACCEPTED' or status == 'ACCEPTED:TAKEOVER' then
    -- A router's answer for the place that this fix overturns is as wrong as that place.
    if status ~= 'ACCEPTED' then routed = nil end
    local eta_ms = routed and routed.arrives_at - point.time or estimated_ms(point.home_meters)
    local point_level = stage_level(point, eta_ms, limits)
    -- Only the second of two fixes that follow each other confirms a stage: not one that takes the other's place.
    if before and status == 'ACCEPTED' and point.time > before.time then
      local reached_now = reached_level(before, track.level, point, point_level)
      if reached_now > level then
        level, reached = reached_now, reached or {}
        reached[#reached + 1] = level
      end
    end
    track.level = point_level
    if track.still == point then
      trail_points = trail_points or {}
      trail_points[#trail_points + 1] = point
    end
    if status ~= 'ACCEPTED' then
      is_corrected = true
      if keeps_origin then
        -- @include movedOrigin
      end
    elseif keeps_origin and not newest_at and not is_accepted then
      origin = point.fix.latitude .. ' ' .. point.fix.longitude
    end
    is_accepted = true
    stand = stand and stand_after(stand, point) or point
  end
  if former and track then
    -- @include overturned
    track.overturned, former = overturned_by(former, journey, limits.maxSpeedKmh), nil
  end
end
track = track or former
if track then track.stand = stand end

local applied = {
  version = active.version, homeLatitude = active.homeLatitude, homeLongitude = active.homeLongitude,
  unconfirmedMs = '0', clockReset = clock.is_reset and '1' or nil,
}
local changes = {}
-- Outlives the location: a repeat is not to bring back one that has expired.
local newest_time = newest_before or 0
if track then
  newest_time = math.max(newest_time, track.shown.time, track.run and track.run.last.time or 0)
end
if newest_time ~= (newest_at or 0) then changes = { 'newestAt', whole(newest_time) } end
if clock.text and (stored_clock or redis.call('HLEN', active_key) < MAX_JOURNEY_FIELDS) then
  changes[#changes + 1] = clock_field
  changes[#changes + 1] = clock.text
end
if is_accepted then
  applied.version = whole(tonumber(active.version) + 1)
  changes[#changes + 1] = 'version'
  changes[#changes + 1] = applied.version
  -- No location outlives its journey.
  local ttl_ms = math.min(tonumber(ARGV[6]), redis.call('PTTL', active_key))
  store_location(location_key, track, ttl_ms, now)
  local shown = track.shown
  local expected = routed or estimated_eta(shown.home_meters, shown.time)
  -- Without a location none is shown.
  local published = published_eta(stored and eta or nil, expected, now)
  if published then
    eta = published
    changes[#changes + 1] = 'eta'
    changes[#changes + 1] = eta
  end
  if is_corrected then
    redis.call('HDEL', active_key, 'routerEta')
    changes[#changes + 1] = 'correctedAt'
    changes[#changes + 1] = whole(now)
  end
  if origin then
    changes[#changes + 1] = 'origin'
    changes[#changes + 1] = origin
  end
  if trail_points then
    -- @include trail
  end
  if alerts or not stored or published then
    -- @include alertsAfterFix
  end
elseif track and (clock.fall > 0 or track.run_changed) then
  local fields, count = stored_location_fields(encode_track(track, now))
  redis.call('HSET', location_key, unpack(fields, 1, count))
end
if counts then
  local text = encode_counts(counts, is_accepted and track.shown.time, now)
  if text ~= stored_counts then
    changes[#changes + 1] = 'counts'
    changes[#changes + 1] = text
  end
end
if device then
  local count = #changes
  changes[count + 1], changes[count + 2] = 'reportedAt', whole(now)
  if not reporting_device then
    changes[count + 3], changes[count + 4] = 'reportingDevice', device
    changes[count + 5], changes[count + 6] = 'reportsSince', whole(now)
  end
  if is_first and is_accepted then redis.call('HDEL', active_key, 'reporterIsNew') end
end
if reached then
  -- @include siblingKey
  -- @include sequence
  -- @include outbox
  -- @include change
  local prefix, tag, session_id = parts_of(active_key)
  local arrival, names = shown_arrival(eta, now), { 'APPROACHING', 'NEARBY', 'AT_THE_DOOR' }
  active.version = applied.version
  for i = 1, #reached do
    stage = names[reached[i]]
    local change = change_of('STAGE_REACHED', session_id, active, {
      'sequence', next_sequence(active_key), 'reachedAt', whole(now), 'stage', stage, 'etaAt', whole(arrival),
    })
    if ARGV[16] ~= '' then append(prefix .. 'journey:events:' .. tag, ARGV[16], change) end
  end
  applied.stage = stage
  changes[#changes + 1] = 'stage'
  changes[#changes + 1] = stage
end
if changes[1] then redis.call('HSET', active_key, unpack(changes)) end

if track then
  applied.latitude, applied.longitude = track.shown.fix.latitude, track.shown.fix.longitude
  applied.capturedAt, applied.stillSince = whole(track.shown.captured_at), whole(track.still.time)
  if track.overturned then
    -- @include overturned
    local confirmed_at = unconfirmed_until(track.overturned, journey.home, limits.maxSpeedKmh)
    applied.unconfirmedMs = whole(math.max(0, confirmed_at - now))
  end
end
local values = applied_update_values(applied)
local first_status = #values
for index = 1, #points do values[first_status + index] = statuses[index] end
return reply('APPLIED', values)
