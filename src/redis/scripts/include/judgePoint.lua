-- Which fix to believe. A fix that is too fast against what is shown is refused, but refused fixes that agree with each
-- other (the run) take over. The executable model is test/road/judge.ts; test/redis/judgement.spec.ts holds the two together.
local OLDEST_MS = 2 * 3600 * 1000
local BEFORE_START_TOLERANCE_MS = 5000
local ACCURACY_CAP_METERS = 100
local STILL_RADIUS_METERS = 25
local ARRIVAL_TIME_SLACK_MS = 5000
local CREDIT_GAP_MS = 30000
local MAX_CREDIT_MS = 120000
local MAX_STANDING_CREDIT_MS = 15000
local FAST_ENDS_BELOW_KMH = 80
local RUN_GAP_MS = 60000
local MIN_RUN_MS = 2500
local FULL_JUMP_METERS = 10000
local MOVING_SPEED_MPS = 2
local STANDING_WEIGHT = 0.5
local SAME_TIME_MS = 1000

local function blur(fix)
  return math.min(fix.accuracy or 0, ACCURACY_CAP_METERS)
end

-- The distance that is left when both fixes are as wrong as they say they may be.
local function sure_meters(from, to)
  return math.max(0, distance_between(from, to) - blur(from) - blur(to))
end

-- The speed that two fixes prove at least, km/h; `to` is the newer one.
local function proven_speed(from, to)
  local slack = (from.dated_by_arrival or to.dated_by_arrival) and ARRIVAL_TIME_SLACK_MS or 0
  return sure_meters(from, to) / (to.time - from.time + slack) * 3600
end

-- Of two fixes with the same time the more accurate one stays, unless they can't be the same place seen twice.
local function replaces(shown, fix, options)
  if (fix.accuracy or math.huge) >= (shown.accuracy or math.huge) then return false end
  local meters = distance_between(shown, fix)
  local driven = options.maxSpeedKmh / 3600 * SAME_TIME_MS
  return meters > 0 and meters <= 2 * ((shown.accuracy or 0) + (fix.accuracy or 0)) + driven
end

local function join_run(run, fix, options)
  local step = run and fix.time - run.last.time <= RUN_GAP_MS and proven_speed(run.last, fix)
  if not step or step > options.sustainedMaxSpeedKmh then
    return { first = fix, last = fix, count = 1, is_fast = false }
  end
  return { first = run.first, last = fix, count = run.count + 1, is_fast = run.is_fast or step > options.maxSpeedKmh }
end

local function takes_over(track, run, fix)
  if run.count < (run.is_fast and 3 or 2) then return false end
  local moves = (fix.speed or 0) >= MOVING_SPEED_MPS or sure_meters(run.first, fix) > STILL_RADIUS_METERS
  local weight = moves and 1 or STANDING_WEIGHT
  local jump = math.min(1, distance_between(track.shown, fix) / FULL_JUMP_METERS)
  local owed = math.max(0, track.credit - (fix.time - track.shown.time)) * jump
  return (run.last.time - run.first.time) * weight >= math.max(MIN_RUN_MS * weight, owed)
end

local function begin_track(fix)
  return { shown = fix, still = fix, credit = 0, is_fast = false }
end

-- Changes the track by a fix that follows it.
local function follow(track, fix, speed)
  local elapsed = fix.time - track.shown.time
  if elapsed > CREDIT_GAP_MS then
    track.credit = 0
  else
    local moved = sure_meters(track.still, fix) > STILL_RADIUS_METERS
    local most = moved and MAX_CREDIT_MS or MAX_STANDING_CREDIT_MS
    track.credit = math.max(track.credit, math.min(most, track.credit + elapsed))
  end
  if distance_between(track.still, fix) > STILL_RADIUS_METERS then track.still = fix end
  track.is_fast = track.is_fast and speed >= FAST_ENDS_BELOW_KMH
  track.shown, track.run = fix, nil
end

-- The place that was shown till now, or an older one that forbids the arrival for longer.
local function overturned_by(track, journey, options)
  local newer = { latitude = track.shown.latitude, longitude = track.shown.longitude, at = journey.now }
  local older = track.overturned
  if older and unconfirmed_until(older, journey.home, options.maxSpeedKmh)
    > unconfirmed_until(newer, journey.home, options.maxSpeedKmh) then
    return older
  end
  newer.text = table.concat({ track.shown.fix.latitude, track.shown.fix.longitude, whole(journey.now) }, ' ')
  return newer
end

-- Judges one fix; returns its status, and the track after it (nil while there is none).
local function judge_point(track, fix, journey, options)
  if fix.ahead then return 'FROM_THE_FUTURE', track end
  if journey.now - fix.time > OLDEST_MS then return 'TOO_OLD', track end
  if journey.started_at - fix.time > BEFORE_START_TOLERANCE_MS then return 'BEFORE_START', track end
  if fix.mocked and not options.acceptMockedFixes then return 'MOCKED', track end
  if distance_between(fix, journey.home) > options.maxDistanceMeters then return 'IMPLAUSIBLE_DISTANCE', track end
  local newest_time = journey.newest_time
  if track then newest_time = track.shown.time end
  if newest_time and fix.time < newest_time then return 'LATE', track end
  local same_time = fix.time == newest_time
  if same_time and not (track and replaces(track.shown, fix, options)) then
    local shown = track and track.shown
    local is_stored = shown and shown.latitude == fix.latitude and shown.longitude == fix.longitude
    return is_stored and 'DUPLICATE:STORED' or 'DUPLICATE', track
  end
  if fix.accuracy and fix.accuracy > options.maxAccuracyMeters then return 'INACCURATE', track end
  if not track then return 'ACCEPTED', begin_track(fix) end
  if same_time then
    track.shown = fix
    return 'ACCEPTED', track
  end

  local limit = track.is_fast and options.sustainedMaxSpeedKmh or options.maxSpeedKmh
  local speed = proven_speed(track.shown, fix)
  if speed <= limit then
    follow(track, fix, speed)
    return 'ACCEPTED', track
  end
  -- A rejected fix that is not newer than the run's last one is a repeat, and changes nothing.
  if not track.run or fix.time > track.run.last.time then
    local run = join_run(track.run, fix, options)
    if takes_over(track, run, fix) then
      local after = begin_track(fix)
      after.is_fast, after.overturned = run.is_fast, overturned_by(track, journey, options)
      return 'ACCEPTED:TAKEOVER', after
    end
    track.run, track.run_changed = run, true
  end
  return 'IMPLAUSIBLE_SPEED:' .. whole(math.ceil(speed)) .. ':' .. limit, track
end
