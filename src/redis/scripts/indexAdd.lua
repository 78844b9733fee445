#!lua
--[[ Notes that a user's session may soon be under way, so that an app which knows no session id finds it.
KEYS[1]  journey:of
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  session id   ARGV[3]  life of the note, ms
Returns  { 'NOTED' | 'PAST_DEADLINE', now }
A note without a journey does no harm: whoever reads it looks at the journey itself. Notes that ran out go on
the way, and the whole key with the last of them.
]]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now))
redis.call('ZADD', KEYS[1], whole(now + tonumber(ARGV[3])), ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { 'NOTED', whole(now) }
