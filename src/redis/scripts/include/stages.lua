-- How near the trainer is: 1 APPROACHING, 2 NEARBY, 3 AT_THE_DOOR, 0 none of them. A stage is reached by two accepted fixes
-- in a row that satisfy it, and a nearer one satisfies the farther ones too. The executable model is test/road/progress.ts.
local DOOR_SPEED_MPS = 3

-- What one fix satisfies, `eta_ms` before the arrival that is expected from it.
local function stage_level(fix, eta_ms, limits)
  if fix.home_meters <= limits.doorMeters then return 3 end
  if fix.home_meters <= limits.nearbyMeters then return 2 end
  return eta_ms <= limits.approachingMs and 1 or 0
end

-- What two fixes in a row reach.
local function reached_level(before, level_before, fix, level)
  local reached = math.min(level_before, level)
  if reached < 3 then return reached end
  local is_slow = distance_between(before, fix) <= DOOR_SPEED_MPS * (fix.time - before.time) / 1000
  return is_slow and 3 or 2
end
