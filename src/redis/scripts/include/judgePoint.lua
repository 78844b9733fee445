-- Which fix to believe. A fix that is too fast against what is shown is rejected, but rejected fixes that agree with
-- each other (the run) take over. The executable model is test/road/judge.ts; test/redis/judgement.spec.ts holds the two
-- together.
local OLDEST_MS = 2 * 3600 * 1000
local BEFORE_START_TOLERANCE_MS = 5000
local ACCURACY_CAP_METERS = 100
local STILL_RADIUS_METERS = 25
local ARRIVAL_TIME_SLACK_MS = 5000

-- How much of the distance between two fixes may be their error.
local function blur_of(from, to)
  return math.min(from.accuracy or 0, ACCURACY_CAP_METERS) + math.min(to.accuracy or 0, ACCURACY_CAP_METERS)
end

-- The speed that two fixes prove at least, km/h; `to` is the newer one.
local function proven_speed(from, to)
  local slack = (from.dated_by_arrival or to.dated_by_arrival) and ARRIVAL_TIME_SLACK_MS or 0
  local sure_meters = math.max(0, distance_between(from, to) - blur_of(from, to))
  return sure_meters / (to.time - from.time + slack) * 3600
end

-- Whether a fix takes the place of the shown one that has the same time: the more accurate one stays, unless the two
-- can't be the same place seen twice. An accuracy is the radius of 68 % of the fixes; three of it hold nearly all.
local function replaces(shown, fix, limits)
  local SAME_TIME_MS, ACCURACY_RADII = 1000, 3
  if (fix.accuracy or math.huge) >= (shown.accuracy or math.huge) then return false end
  local meters = distance_between(shown, fix)
  local driven = limits.maxSpeedKmh / 3600 * SAME_TIME_MS
  return meters > 0 and meters <= ACCURACY_RADII * ((shown.accuracy or ACCURACY_CAP_METERS) + fix.accuracy) + driven
end

local function begin_track(fix)
  return { shown = fix, still = fix, credit = 0, is_fast = false }
end

-- Changes the track by a fix that follows it.
local function follow(track, fix, speed)
  local CREDIT_GAP_MS, MAX_CREDIT_MS, MAX_STANDING_CREDIT_MS, FAST_ENDS_BELOW_KMH = 30000, 120000, 15000, 80
  local elapsed, from_still = fix.time - track.shown.time, distance_between(track.still, fix)
  if elapsed > CREDIT_GAP_MS then
    track.credit = 0
  else
    local moved = from_still - blur_of(track.still, fix) > STILL_RADIUS_METERS
    local most = moved and MAX_CREDIT_MS or MAX_STANDING_CREDIT_MS
    track.credit = math.max(track.credit, math.min(most, track.credit + elapsed))
  end
  if from_still > STILL_RADIUS_METERS then track.still = fix end
  track.is_fast = track.is_fast and speed >= FAST_ENDS_BELOW_KMH
  track.shown, track.run = fix, nil
end

-- The track after a fix that is too fast, and whether that fix takes over.
local function take_as_evidence(track, fix, journey, limits)
  local RUN_GAP_MS, MIN_RUN_MS, FULL_JUMP_METERS, MOVING_SPEED_MPS, STANDING_WEIGHT = 60000, 2500, 10000, 2, 0.5
  local run = track.run
  -- One that is not newer than the run's last one is a repeat, and changes nothing.
  if run and fix.time <= run.last.time then return track, false end
  local step = run and fix.time - run.last.time <= RUN_GAP_MS and proven_speed(run.last, fix)
  if step and step <= limits.sustainedMaxSpeedKmh then
    local is_fast = run.is_fast or step > limits.maxSpeedKmh
    run = { first = run.first, last = fix, count = run.count + 1, is_fast = is_fast }
  else
    run = { first = fix, last = fix, count = 1, is_fast = false }
  end
  local from_first = distance_between(run.first, fix) - blur_of(run.first, fix)
  local moves = (fix.speed or 0) >= MOVING_SPEED_MPS or from_first > STILL_RADIUS_METERS
  local weight = moves and 1 or STANDING_WEIGHT
  local jump = math.min(1, distance_between(track.shown, fix) / FULL_JUMP_METERS)
  local owed = math.max(0, track.credit - (fix.time - track.shown.time)) * jump
  local lasts = (fix.time - run.first.time) * weight >= math.max(MIN_RUN_MS * weight, owed)
  if run.count < (run.is_fast and 3 or 2) or not lasts then
    track.run, track.run_changed = run, true
    return track, false
  end
  -- @include overturned
  local after = begin_track(fix)
  after.is_fast, after.overturned = run.is_fast, overturned_by(track, journey, limits.maxSpeedKmh)
  return after, true
end

-- Judges one fix; returns its status, and the track after it (nil while there is none).
local function judge_point(track, fix, journey, limits)
  if fix.ahead then return 'FROM_THE_FUTURE', track end
  if journey.now - fix.time > OLDEST_MS then return 'TOO_OLD', track end
  if journey.started_at - fix.time > BEFORE_START_TOLERANCE_MS then return 'BEFORE_START', track end
  if fix.mocked and not limits.acceptMockedFixes then return 'MOCKED', track end
  fix.home_meters = distance_between(fix, journey.home)
  if fix.home_meters > limits.maxDistanceMeters then return 'IMPLAUSIBLE_DISTANCE', track end
  local shown = track and track.shown
  local newest_time = shown and shown.time or journey.newest_time
  if newest_time and fix.time < newest_time then return 'LATE', track end
  local same_time = fix.time == newest_time
  if same_time and not (shown and replaces(shown, fix, limits)) then
    local is_stored = shown and shown.latitude == fix.latitude and shown.longitude == fix.longitude
    return is_stored and 'DUPLICATE:STORED' or 'DUPLICATE', track
  end
  if fix.accuracy and fix.accuracy > limits.maxAccuracyMeters then return 'INACCURATE', track end
  if not track then return 'ACCEPTED', begin_track(fix) end
  if same_time then
    track.shown = fix
    return 'ACCEPTED', track
  end
  local limit = track.is_fast and limits.sustainedMaxSpeedKmh or limits.maxSpeedKmh
  local speed = proven_speed(shown, fix)
  if speed <= limit then
    follow(track, fix, speed)
    return 'ACCEPTED', track
  end
  local after, takes_over = take_as_evidence(track, fix, journey, limits)
  if takes_over then return 'ACCEPTED:TAKEOVER', after end
  return 'IMPLAUSIBLE_SPEED:' .. whole(math.ceil(speed)) .. ':' .. limit, after
end
