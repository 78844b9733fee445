#!lua
--[[ Takes the turn to look for NO_SHOWs in the database.
KEYS[1]  journey:noshow
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  from one turn to the next, over all processes, ms
Returns  { code, now, … }
  CLAIMED        + scheduledAt and id of the session up to which the database has been searched, '' where that is not known
  WAIT           + ms until the next turn
  PAST_DEADLINE  nothing was changed
Atomic   so that one process at a time reads the database. A process that dies in its turn leaves it to the next one.
]]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local next_at, scheduled_at, id, is_indexed =
  unpack(redis.call('HMGET', KEYS[1], 'nextAt', 'scheduledAt', 'id', 'isIndexed'))
local wait_ms = tonumber(next_at or 0) - now
if wait_ms > 0 then return { 'WAIT', whole(now), whole(wait_ms) } end
redis.call('HSET', KEYS[1], 'nextAt', whole(now + tonumber(ARGV[2])))
-- For one release: what was searched before journey:noshows was kept is searched again, which adds it there.
if not is_indexed then return { 'CLAIMED', whole(now), '', '' } end
return { 'CLAIMED', whole(now), scheduled_at or '', id or '' }
