local FUTURE_TOLERANCE_MS = 5000

-- The points in ARGV by their time, corrected for the phone's clock; `index` is their place in the request.
local function order_points(first_argument, sent_at, now)
  local points = {}
  for offset = first_argument, #ARGV, #FIX do
    local fix = {}
    for i, name in ipairs(FIX) do
      local value = ARGV[offset + i - 1]
      if value ~= '' then fix[name] = value end
    end
    local captured_at = tonumber(fix.capturedAt)
    local ahead = false
    if not captured_at then
      captured_at = now
    elseif sent_at then
      captured_at = now - math.max(0, sent_at - captured_at)
    elseif captured_at > now then
      ahead = captured_at > now + FUTURE_TOLERANCE_MS
      if not ahead then captured_at = now end
    end
    local index = #points + 1
    points[index] = {
      index = index, fix = fix, ahead = ahead, captured_at = captured_at,
      latitude = tonumber(fix.latitude), longitude = tonumber(fix.longitude), accuracy = tonumber(fix.accuracy),
    }
  end
  if #points == 1 then return points end
  table.sort(points, function(a, b)
    if a.captured_at ~= b.captured_at then return a.captured_at < b.captured_at end
    return a.index < b.index
  end)
  return points
end
