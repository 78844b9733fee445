-- The parts of a journey:active key (keys.ts): prefix, hash tag and session id.
local function parts_of(active_key)
  return string.match(active_key, '^(.*)journey:active:({%d+}):(.+)$')
end

-- Another key of the same session. Scripts make the keys that they seldom need: as KEYS these would be sent with each
-- poll. All bear the same hash tag, so they are in this slot.
local function session_key(active_key, kind)
  local prefix, tag, session_id = parts_of(active_key)
  return prefix .. kind .. ':' .. tag .. ':' .. session_id
end

-- A key of the session's partition.
local function partition_key(active_key, kind)
  local prefix, tag = parts_of(active_key)
  return prefix .. kind .. ':' .. tag
end
