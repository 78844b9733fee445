local FUTURE_TOLERANCE_MS = 5000

-- The points in ARGV as numbers, with their texts in `fix`; `index` is their place in the request. Also the newest
-- capturedAt, leaving out those that claim to be newer than their sending.
local function read_points(first_argument, sent_at, now)
  local points, newest = {}, -math.huge
  local latest = math.max(now, sent_at or now) + FUTURE_TOLERANCE_MS
  local index, next_argument = 0, first_argument
  while next_argument <= #ARGV do
    local fix
    fix, next_argument = named_fix(ARGV, next_argument)
    index = index + 1
    local captured_at = tonumber(fix.capturedAt)
    points[index] = {
      index = index, fix = fix, captured_at = captured_at, mocked = fix.mocked == 'true',
      latitude = tonumber(fix.latitude), longitude = tonumber(fix.longitude), accuracy = tonumber(fix.accuracy),
      speed = tonumber(fix.speed),
    }
    if captured_at and captured_at <= latest and captured_at > newest then newest = captured_at end
  end
  return points, newest
end

-- Gives each point its `time`, by the server's clock but perhaps ahead of it by a clock's jitter, and puts the points
-- in order. Of two with the same time the more accurate one comes first.
local function order_points(points, sent_at, offset, now)
  local excess = 0
  for _, point in ipairs(points) do
    local own_time = point.captured_at or sent_at
    point.dated_by_arrival = not own_time
    point.time = own_time and own_time + (offset or 0) or now
    if not offset then
      point.ahead = point.time > now + FUTURE_TOLERANCE_MS
    else
      excess = math.max(excess, point.time - now)
    end
  end
  -- Points that claim to be newer than their sending: the newest of them is from now, and their order stays.
  if excess > 0 then
    for _, point in ipairs(points) do
      if point.time > now then point.time = point.time - excess end
    end
  end
  if #points == 1 then return points end
  table.sort(points, function(a, b)
    if a.time ~= b.time then return a.time < b.time end
    local accuracy_a, accuracy_b = a.accuracy or math.huge, b.accuracy or math.huge
    if accuracy_a ~= accuracy_b then return accuracy_a < accuracy_b end
    return a.index < b.index
  end)
  return points
end
