-- The key of a trainer's location. Braces in a user's id would be taken for the key's hash tag: keys.ts encodes the same.
local function location_key(prefix, tag, trainer_id, session_id)
  local encoded_id = string.gsub(trainer_id, '[^%w_.:-]', function(character)
    return string.format('%%%02X', string.byte(character))
  end)
  return prefix .. 'location:trainer:' .. encoded_id .. ':session:' .. tag .. ':' .. session_id
end
