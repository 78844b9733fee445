#!lua flags=no-writes
--[[ A user's sessions that may have an active journey (see indexAdd.lua).
KEYS[1]  journey:of
Returns  session ids
]]
-- @include clock
return redis.call('ZRANGE', KEYS[1], whole(redis_now()), '+inf', 'BYSCORE')
