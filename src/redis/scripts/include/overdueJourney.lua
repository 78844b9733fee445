-- The journey that is past its deadline though its own key has expired; nil when there is none.
local function read_overdue(active_key, now)
  local prefix, tag, session_id = parts_of(active_key)
  local function partition_key(kind) return prefix .. kind .. ':' .. tag end
  local journey = read_expiry(partition_key('journey:expiry'), partition_key('journey:filed'),
    partition_key('journey:deadlines'), session_id)
  return journey and is_overdue(journey, now) and journey or nil
end
