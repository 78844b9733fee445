-- The parts of a journey's own key (keys.ts): prefix, hash tag and session id.
local function parts_of(active_key)
  return string.match(active_key, '^(.*)journey:active:({%d+}):(.+)$')
end

-- Another key of the same session, of the given kind.
local function beside(active_key, kind)
  local prefix, tag, session_id = parts_of(active_key)
  return prefix .. kind .. ':' .. tag .. ':' .. session_id
end
