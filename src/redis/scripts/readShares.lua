#!lua flags=no-writes
--[[ The shares of a session that have not ended. Reads only.
KEYS[1]  session:shares
Returns  for each the values of share (records.ts), separated by spaces
Atomic   so that Redis' clock at the time of the read decides which have ended.
]]
-- @include clock
-- @include shares
local now, live = redis_now(), {}
for _, text in ipairs(redis.call('HVALS', KEYS[1])) do
  if tonumber(decode_share(text).expiresAt) > now then live[#live + 1] = text end
end
return live
