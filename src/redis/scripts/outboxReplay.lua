#!lua
--[[ Appends dead letters to their stream again, as new entries: their 24 h begin again.
KEYS[1]  the stream of dead letters   KEYS[2]  the stream
ARGV     ids of the dead letters
Returns  how many were moved
Atomic   so that an entry is always in exactly one of the two streams.
Repeat   safe: an entry that is gone is skipped.
]]
local dead_letters, stream = KEYS[1], KEYS[2]
local moved = 0
for _, id in ipairs(ARGV) do
  local entry = redis.call('XRANGE', dead_letters, id, id)[1]
  if entry then
    local fields = {}
    for index = 1, #entry[2], 2 do
      local name = entry[2][index]
      -- A release before this one wrote buriedFor.
      if name ~= 'deadLetterReason' and name ~= 'buriedFor' then
        fields[#fields + 1] = name
        fields[#fields + 1] = entry[2][index + 1]
      end
    end
    -- Without MAXLEN: appending these must not push others out.
    redis.call('XADD', stream, '*', unpack(fields))
    redis.call('XDEL', dead_letters, id)
    moved = moved + 1
  end
end
return moved
