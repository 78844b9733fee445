-- One clock offset for each device of a journey: the smallest receivedAt - sentAt of its requests so far, since a
-- request's latency is no error of the phone's clock. Kept in the journey's own key as `clock:<device>`: the offset,
-- and while requests in a row are far above it, their number, the last one's sentAt, and their smallest difference.
-- The executable model is test/road/judge.ts.
-- A clock that differs by more has been set; by less, a request was merely late.
local CLOCK_STEP_MS = 60000
local CLOCK_STEP_REQUESTS = 3

-- The clock after a request: its `offset`; `text` to store, if it changed; `fall`, by how much the times that were
-- stored till now are too late; and `is_reset`, when the offset began anew.
local function adjust_clock(stored, sent_at, newest_capture, now)
  local offset, count, above_sent_at, above_offset
  if stored then
    offset, count, above_sent_at, above_offset = string.match(stored, '^(%S+) ?(%S*) ?(%S*) ?(%S*)$')
    offset, count = tonumber(offset), tonumber(count) or 0
    above_sent_at, above_offset = tonumber(above_sent_at), tonumber(above_offset)
  end
  if not sent_at then
    -- Nothing is sent before it is captured: a fix that would lie ahead of the server shows that the offset is too large.
    local excess = offset and newest_capture + offset - now or 0
    if excess <= 0 or excess > CLOCK_STEP_MS then return { offset = offset, fall = 0 } end
    return { offset = offset - excess, text = whole(offset - excess), fall = excess }
  end
  -- A receiver's time is a satellite's, sentAt the phone's: where the two differ, the fixes' own clock counts.
  local sent = math.max(sent_at, newest_capture)
  local sample = now - sent
  if not offset then return { offset = sample, text = whole(sample), fall = 0 } end
  if sample < offset then
    local fall = offset - sample
    if fall > CLOCK_STEP_MS then return { offset = sample, text = whole(sample), fall = 0, is_reset = true } end
    return { offset = sample, text = whole(sample), fall = fall }
  end
  if sample <= offset + CLOCK_STEP_MS then
    return { offset = offset, text = count > 0 and whole(offset) or nil, fall = 0 }
  end
  -- A request that is sent again says nothing new.
  if above_sent_at and sent <= above_sent_at then return { offset = offset, fall = 0 } end
  count, above_offset = count + 1, math.min(above_offset or sample, sample)
  if count >= CLOCK_STEP_REQUESTS then
    return { offset = above_offset, text = whole(above_offset), fall = 0, is_reset = true }
  end
  local text = table.concat({ whole(offset), whole(count), whole(sent), whole(above_offset) }, ' ')
  return { offset = offset, text = text, fall = 0 }
end
