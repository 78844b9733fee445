#!lua
--[[ Takes delivered entries out of an outbox stream.
KEYS[1]  the stream
ARGV[1]  consumer group   ARGV[2…] ids of the entries
Returns  how many were still there
Atomic   so that no entry stays in the stream that nobody is going to read again: the depth would count it for ever.
Repeat   safe: an entry that is gone is passed over.
]]
local ids = { unpack(ARGV, 2) }
redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
return redis.call('XDEL', KEYS[1], unpack(ids))
