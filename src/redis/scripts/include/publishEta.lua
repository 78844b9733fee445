-- When the trainer is expected: computed with each accepted fix and each answer of a router, and published only when it
-- differs noticeably from what is shown. The executable model is test/road/progress.ts.
-- journey:active holds `eta`, as it was published: its source, when it was computed, and by how many ms later arrivesAt,
-- earliestAt and latestAt are; and `routerEta`, a router's newest answer: the time of the place that it was asked for, the
-- arrival, and until when it is fresh.
local MIN_ETA_MS = 60000
local MIN_CHANGE_MS = 60000
local MIN_CHANGE_SHARE = 0.25

local function rounded(number)
  return math.floor(number + 0.5)
end

-- The time that is left at this distance from home, ms. docs/eta.md says where these numbers come from.
local function estimated_ms(meters)
  return rounded(1940 * (meters + 100) ^ 0.654)
end

-- What the service expects by itself of a trainer who was at this distance from home at this time.
local function estimated_eta(meters, time)
  local ms, low, high = estimated_ms(meters), nil, nil
  if meters < 500 then
    low, high = 0.49, 2.55
  elseif meters < 1500 then
    low, high = 0.43, 2.32
  elseif meters < 5000 then
    low, high = 0.52, 1.57
  else
    low, high = 0.66, 1.69
  end
  return {
    source = 'ESTIMATE', arrives_at = time + ms, earliest_at = time + rounded(ms * low), latest_at = time + rounded(ms * high),
  }
end

-- A router's answer by the record's field `routerEta`; nil when there is none, or none that is fresh.
local function router_eta(text, now)
  if not text then return nil end
  local time, arrives_at, fresh_until = string.match(text, '^(%d+) (%d+) (%d+)$')
  if now > tonumber(fresh_until) then return nil end
  time, arrives_at = tonumber(time), tonumber(arrives_at)
  local ms = arrives_at - time
  return {
    source = 'ROUTER', arrives_at = arrives_at, earliest_at = time + rounded(ms * 0.8), latest_at = time + rounded(ms * 1.35),
  }
end

-- When the eta of the record's field `eta` says that the trainer arrives, as polls show it.
local function shown_arrival(text, now)
  local source, computed_at, arrives_in = string.match(text, '^(%u+) (%d+) (%-?%d+)')
  return math.max(tonumber(computed_at) + tonumber(arrives_in), now + MIN_ETA_MS), source
end

-- The record's field `eta` after `expected` was computed; nil: it stays as it is. `shown` is nil when no eta is shown.
local function published_eta(shown, expected, now)
  local arrives_at = math.max(expected.arrives_at, now + MIN_ETA_MS)
  if shown then
    local shown_at, source = shown_arrival(shown, now)
    if math.abs(arrives_at - shown_at) <= math.max(MIN_CHANGE_MS, (shown_at - now) * MIN_CHANGE_SHARE) then
      if source == expected.source then return nil end
      -- Another source confirms what is shown, so only how sure it is changes.
      arrives_at = shown_at
    end
  end
  local earliest_at, latest_at = math.min(expected.earliest_at, arrives_at), math.max(expected.latest_at, arrives_at)
  return table.concat({
    expected.source, whole(now), whole(arrives_at - now), whole(earliest_at - now), whole(latest_at - now),
  }, ' ')
end
