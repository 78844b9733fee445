local OLDEST_MS = 2 * 3600 * 1000
local BEFORE_START_TOLERANCE_MS = 5000
local ACCURACY_CAP_METERS = 100

-- The speed in km/h that two fixes prove: over the distance less both accuracies.
local function proven_speed(from, to)
  local function blur(fix) return math.min(fix.accuracy or 0, ACCURACY_CAP_METERS) end
  local distance = distance_meters(from.latitude, from.longitude, to.latitude, to.longitude)
  return math.max(0, distance - blur(from) - blur(to)) / (to.captured_at - from.captured_at) * 3600
end

-- A point's status against the newest accepted one. The rules are those of test/redis/model/plausibility.ts.
local function judge_point(point, newest, started_at, now, options)
  if point.ahead then return 'FROM_THE_FUTURE' end
  if now - point.captured_at > OLDEST_MS then return 'TOO_OLD' end
  if started_at - point.captured_at > BEFORE_START_TOLERANCE_MS then return 'BEFORE_START' end
  if newest and point.captured_at == newest.captured_at then return 'DUPLICATE' end
  if newest and point.captured_at < newest.captured_at then return 'LATE' end
  if point.accuracy and point.accuracy > options.maxAccuracyMeters then return 'INACCURATE' end
  if newest then
    local speed = proven_speed(newest, point)
    if speed > options.maxSpeedKmh then return 'IMPLAUSIBLE_SPEED:' .. whole(math.ceil(speed)) end
  end
  return 'ACCEPTED'
end
