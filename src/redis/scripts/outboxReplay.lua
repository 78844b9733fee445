#!lua
--[[ Puts dead entries back into their stream, as new ones: their day begins again.
KEYS[1]  the stream of dead entries   KEYS[2]  the stream
ARGV     ids of the dead entries
Returns  how many were moved
Atomic   so that an entry is always in exactly one of the two streams.
Repeat   safe: an entry that is gone is passed over.
]]
local moved = 0
for _, id in ipairs(ARGV) do
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  if entry then
    local fields = {}
    for index = 1, #entry[2], 2 do
      if entry[2][index] ~= 'buriedFor' then
        fields[#fields + 1] = entry[2][index]
        fields[#fields + 1] = entry[2][index + 1]
      end
    end
    -- Without MAXLEN: bringing these back must not push others out.
    redis.call('XADD', KEYS[2], '*', unpack(fields))
    redis.call('XDEL', KEYS[1], id)
    moved = moved + 1
  end
end
return moved
