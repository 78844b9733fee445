#!lua
--[[ Drops a cached session, but not how its last journey ended: the booking changed.
KEYS[1]  session:meta
ARGV[1]  deadline of this step, epoch ms by Redis' clock
Returns  { 'INVALIDATED' | 'PAST_DEADLINE', now }
]]
local meta_key = KEYS[1]
-- @include clock
-- @record sessionMeta
-- @include invalidation
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
invalidate_session(meta_key, now)
return { 'INVALIDATED', whole(now) }
