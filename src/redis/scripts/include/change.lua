-- The outbox entry of a change (entryCodec.ts); `fields` are the names and values that only its kind has.
local function change_of(kind, session_id, journey, fields)
  local change = {
    'kind', kind, 'journeyId', journey.id, 'sessionId', session_id, 'trainerId', journey.trainerId,
    'studentId', journey.studentId, 'startedAt', journey.startedAt, 'expiresAt', journey.expiresAt,
    'version', journey.version,
  }
  for _, value in ipairs(fields or {}) do change[#change + 1] = value end
  return change
end
