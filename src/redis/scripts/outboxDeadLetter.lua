#!lua
--[[ Moves entries that could not be delivered to the dead letters.
KEYS[1]  the stream       KEYS[2]  its stream of dead letters
ARGV[1]  consumer group   ARGV[2]  the reason, for the operator   ARGV[3…] ids of the entries
Returns  how many were moved
Atomic   so that an entry is always in exactly one of the two streams.
Repeat   safe: an entry that is gone is skipped.
]]
local stream, dead_letters = KEYS[1], KEYS[2]
local group, reason = ARGV[1], ARGV[2]
local moved = 0
for index = 3, #ARGV do
  local id = ARGV[index]
  local entry = redis.call('XRANGE', stream, id, id)[1]
  if entry then
    local fields = entry[2]
    fields[#fields + 1] = 'deadLetterReason'
    fields[#fields + 1] = reason
    redis.call('XADD', dead_letters, '*', unpack(fields))
    redis.call('XDEL', stream, id)
    moved = moved + 1
  end
  redis.call('XACK', stream, group, id)
end
return moved
