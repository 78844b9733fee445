-- The same as in keys.ts: braces in a user's id would be taken for the key's hash tag.
local function encode_user_id(id)
  return (string.gsub(id, '[^%w_.:-]', function(character) return string.format('%%%02X', string.byte(character)) end))
end
