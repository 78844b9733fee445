-- The outbox entry of a change (entryCodec.ts).
local function change_of(kind, session_id, journey)
  local change = {
    'kind', kind, 'journeyId', journey.id, 'sessionId', session_id, 'trainerId', journey.trainerId,
    'studentId', journey.studentId, 'startedAt', journey.startedAt, 'expiresAt', journey.expiresAt,
    'version', journey.version,
  }
  if kind == 'ENDED' then
    for _, value in ipairs({ 'state', journey.state, 'endedAt', journey.endedAt }) do change[#change + 1] = value end
  end
  return change
end
