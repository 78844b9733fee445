local FUTURE_TOLERANCE_MS = 5000

-- The points of a request by their time, corrected for the phone's clock; `index` is their place in the request.
local function order_points(encoded, sent_at, now)
  local points = {}
  for index, values in ipairs(encoded) do
    local fix = named(FIX, values)
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
    points[index] = {
      index = index, fix = fix, ahead = ahead, captured_at = captured_at,
      latitude = tonumber(fix.latitude), longitude = tonumber(fix.longitude), accuracy = tonumber(fix.accuracy),
    }
  end
  table.sort(points, function(a, b)
    if a.captured_at ~= b.captured_at then return a.captured_at < b.captured_at end
    return a.index < b.index
  end)
  return points
end
