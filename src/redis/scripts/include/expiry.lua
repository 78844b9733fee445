local function is_overdue(journey, now)
  return tonumber(journey.expiresAt) <= now
end

-- The journey that passed its deadline before the watchdog wrote its end, as that end will be written.
local function as_expired(journey)
  local expired = { state = 'EXPIRED', endedAt = journey.expiresAt }
  for name, value in pairs(journey) do expired[name] = value end
  expired.version = whole(tonumber(journey.version) + 1)
  return expired
end

-- The journey of an expiry record, which start.lua wrote without a TTL: a journey whose own key expired before any
-- process ended it. nil unless the session's deadline is that of the record.
-- The version expired with the key. One update a second is more than a phone may send, so this one never goes back.
local function decode_expiry(record, deadline)
  if not record then return nil end
  local id, trainer_id, student_id, started_at, expires_at = unpack(cjson.decode(record))
  if tonumber(expires_at) ~= tonumber(deadline) then return nil end
  return {
    id = id, trainerId = trainer_id, studentId = student_id, startedAt = started_at, expiresAt = expires_at,
    version = whole((expires_at - started_at) / 1000),
  }
end

-- For one release processes that call the record journey:filed run beside this one. Both names are written; a record
-- that such a process leaves behind when it ends a journey is recognized by the deadline, which it removes.
local function read_expiry(expiry_key, filed_key, deadlines_key, session_id)
  local deadline = redis.call('ZSCORE', deadlines_key, session_id)
  if not deadline then return nil end
  return decode_expiry(redis.call('HGET', expiry_key, session_id), deadline)
    or decode_expiry(redis.call('HGET', filed_key, session_id), deadline)
end
