-- A journey whose own key is gone, no process having come within its grace, by what start.lua filed without a TTL.
-- The version went with the key: one a second is more than any phone may count, so it never goes back.
local function read_filed(key, session_id)
  local filed = redis.call('HGET', key, session_id)
  if not filed then return nil end
  local id, trainer, student, started_at, expires_at = unpack(cjson.decode(filed))
  return { id, trainer, student, started_at, expires_at, whole((expires_at - started_at) / 1000) }
end

-- Key and field of the above by the journey's own key, for steps that seldom need them: as KEYS they would be sent
-- with each poll. The hash tag is the same, so they are in this slot.
local function filed_beside(active_key)
  local prefix, tag, session_id = parts_of(active_key)
  return prefix .. 'journey:filed:' .. tag, session_id
end

local function is_overdue(journey, now)
  return tonumber(journey[5]) <= now
end

-- Ended by its deadline, though the watchdog has not written it yet: told as it will be written.
local function as_expired(journey)
  return { journey[1], journey[2], journey[3], journey[4], journey[5],
    whole(tonumber(journey[6]) + 1), 'EXPIRED', journey[5] }
end
