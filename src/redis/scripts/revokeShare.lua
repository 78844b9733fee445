#!lua
--[[ Revokes a share of a session.
KEYS[1]  session:shares
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  id of the share
Returns  { 'REVOKED' | 'PAST_DEADLINE', now }
  REVOKED          there is no such share (any more)
Atomic   so that the key's life fits the shares that are left.
Repeat   safe.
]]
local shares_key = KEYS[1]
-- @include clock
-- @include shares
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local id = ARGV[2]
revise_shares(shares_key, now, function(share)
  return share.id == id and 0 or math.huge
end)
return { 'REVOKED', whole(now) }
