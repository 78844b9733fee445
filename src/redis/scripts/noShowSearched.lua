#!lua
--[[ Keeps up to which session the database has been searched for NO_SHOWs.
KEYS[1]  journey:noshow
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  scheduledAt of the session, epoch ms   ARGV[3]  its id
Returns  { 'KEPT' | 'PAST_DEADLINE', now }
Atomic   so that a process whose turn took too long does not take the search back.
]]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
redis.call('HSET', KEYS[1], 'isIndexed', '1')
local scheduled_at, id = unpack(redis.call('HMGET', KEYS[1], 'scheduledAt', 'id'))
local before, after = tonumber(scheduled_at or 0), tonumber(ARGV[2])
if after > before or (after == before and ARGV[3] > id) then
  redis.call('HSET', KEYS[1], 'scheduledAt', whole(after), 'id', ARGV[3])
end
return { 'KEPT', whole(now) }
