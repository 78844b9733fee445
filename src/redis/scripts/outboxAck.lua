#!lua
--[[ Removes delivered entries from an outbox stream.
KEYS[1]  the stream
ARGV[1]  consumer group   ARGV[2…] ids of the entries
Returns  how many were still there
Atomic   so that no entry stays in the stream that nobody will read again: the depth would count it for ever.
Repeat   safe: an entry that is gone is skipped.
]]
local stream, group = KEYS[1], ARGV[1]
local ids = { unpack(ARGV, 2) }
redis.call('XACK', stream, group, unpack(ids))
return redis.call('XDEL', stream, unpack(ids))
