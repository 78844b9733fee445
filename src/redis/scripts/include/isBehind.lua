-- Byte by byte, as sorted sets order their members: Lua's own comparison follows the server's locale.
local function is_behind(id, other)
  for i = 1, math.min(#id, #other) do
    local byte, other_byte = string.byte(id, i), string.byte(other, i)
    if byte ~= other_byte then return byte > other_byte end
  end
  return #id > #other
end
