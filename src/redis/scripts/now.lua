#!lua flags=no-writes
--[[ Redis' clock, for the deadlines that writing steps carry.
KEYS[1]  any key of the slot whose node is asked
Returns  epoch milliseconds
]]
-- @include clock
return whole(redis_now())
