#!lua
--[[ Takes the turn to look for NO_SHOWs in the database.
KEYS[1]  journey:noshow
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  from one turn to the next, over all processes, ms   ARGV[3]  id of the turn
Returns  { code, now, … }
  CLAIMED        + scheduledAt and id of the session up to which the database has been searched, '' where that is not known
  WAIT           + ms until the next turn; nothing was changed
  PAST_DEADLINE  nothing was changed
Atomic   so that one process at a time reads the database. A process that dies in its turn leaves it to the next one.
Repeat   safe: a turn is taken again by its own id, until the time of the next one, which stays as it is. So a process that
failed in its turn, or lost this reply, goes on with it, and takes no other process's turn.
]]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local next_at, turn, scheduled_at, id, is_indexed =
  unpack(redis.call('HMGET', KEYS[1], 'nextAt', 'turn', 'scheduledAt', 'id', 'isIndexed'))
local wait_ms = tonumber(next_at or 0) - now
if wait_ms <= 0 then
  redis.call('HSET', KEYS[1], 'nextAt', whole(now + tonumber(ARGV[2])), 'turn', ARGV[3])
elseif turn ~= ARGV[3] then
  return { 'WAIT', whole(now), whole(wait_ms) }
end
-- For one release: what was searched before journey:noshows was kept is searched again, which adds it there.
if not is_indexed then return { 'CLAIMED', whole(now), '', '' } end
return { 'CLAIMED', whole(now), scheduled_at or '', id or '' }
