-- Below this distance a fix is taken for the error of a phone that stands: its metres count once it has moved on.
local COUNTED_STEP_METERS = 25
local FIX_KNOWN_MS = 60000

-- Counts one judged fix; `before` is the one that was shown before it.
local function count_fix(counts, fix, status, before, limits)
  -- Nobody drove from a wrong place to the one that takes over, but from one that was merely left too fast.
  local is_driven = status == 'ACCEPTED'
    or status == 'ACCEPTED:TAKEOVER' and proven_speed(before, fix) <= limits.sustainedMaxSpeedKmh
  if is_driven then
    local meters = counts.place and distance_between(counts.place, fix) or 0
    if not counts.place or meters > COUNTED_STEP_METERS then
      counts.driven, counts.place = counts.driven + meters, fix
    end
  elseif status == 'ACCEPTED:TAKEOVER' then
    counts.place = fix
  elseif status ~= 'LATE' and status ~= 'DUPLICATE' and status ~= 'DUPLICATE:STORED' then
    counts.rejected = counts.rejected + 1
  end
end

-- The text to store after a request; `known_at` is the time of the newest accepted fix, if the request brought one.
local function encode_counts(counts, known_at, now)
  if known_at then
    counts.lost = counts.lost + math.max(0, now - counts.known_until)
    counts.known_until = math.max(counts.known_until, now, known_at + FIX_KNOWN_MS)
  end
  local fix = counts.place and counts.place.fix or { latitude = '-', longitude = '-' }
  return string.format('%.1f %s %s %d %d %d', counts.driven, fix.latitude, fix.longitude, counts.known_until,
    counts.lost, counts.rejected)
end
