-- A session's NO_SHOW, in session:noshow: for which scheduledAt it was raised, and whether it is RAISED or CLEARED.
local function read_no_show(key)
  local text = redis.call('GET', key)
  if not text then return nil end
  return string.match(text, '^(%S+) (%u+)$')
end

-- The outbox entry: there is no journey that it could belong to.
local function no_show_change(session, status, now)
  return {
    'kind', 'NO_SHOW', 'sessionId', session.id, 'trainerId', session.trainerId, 'studentId', session.studentId,
    'scheduledAt', session.scheduledAt, 'status', status, 'changedAt', whole(now),
  }
end
