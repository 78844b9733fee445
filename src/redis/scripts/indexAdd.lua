#!lua
--[[ Records that a user's session may soon have an active journey, so that an app which knows no session id finds it.
KEYS[1]  journey:of
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  session id   ARGV[3]  life of the entry, ms
Returns  { 'INDEXED' | 'PAST_DEADLINE', now }
An entry without a journey does no harm, because its readers look at the journey itself. Each call also removes the
entries that have expired; the key expires with the last of them.
]]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now))
redis.call('ZADD', KEYS[1], whole(now + tonumber(ARGV[3])), ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { 'INDEXED', whole(now) }
