#!lua
--[[ Sets entries aside that could not be delivered.
KEYS[1]  the stream       KEYS[2]  its stream of dead entries
ARGV[1]  consumer group   ARGV[2]  why, for the operator   ARGV[3…] ids of the entries
Returns  how many were moved
Atomic   so that an entry is always in exactly one of the two streams.
Repeat   safe: an entry that is gone is passed over.
]]
local moved = 0
for index = 3, #ARGV do
  local id = ARGV[index]
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  if entry then
    local fields = entry[2]
    fields[#fields + 1] = 'buriedFor'
    fields[#fields + 1] = ARGV[2]
    redis.call('XADD', KEYS[2], '*', unpack(fields))
    redis.call('XDEL', KEYS[1], id)
    moved = moved + 1
  end
  redis.call('XACK', KEYS[1], ARGV[1], id)
end
return moved
