-- The journey that is past its deadline though its own key has expired; nil when there is none.
local function read_overdue(active_key, now)
  local _, _, session_id = parts_of(active_key)
  local journey = read_expiry(partition_key(active_key, 'journey:expiry'), partition_key(active_key, 'journey:filed'),
    partition_key(active_key, 'journey:deadlines'), session_id)
  return journey and is_overdue(journey, now) and journey or nil
end
