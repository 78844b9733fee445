#!lua
--[[ Creates a share of a session.
KEYS[1]  session:shares
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  JSON:
  secretHash   SHA-256 of the secret
  id           of the share
  studentId    whose session it is
  lifeMs       how long it lasts
  maxShares    the most shares of a session at a time
Returns  { code, now, … }
  CREATED          + the values of share (records.ts), separated by spaces: by this call, or by an earlier try of it
  TOO_MANY         + ms until the first one ends; nothing was changed
  PAST_DEADLINE    the caller has got its 503 by now; nothing was changed
Atomic   so that two racing calls do not exceed the limit together.
Repeat   safe: the hash distinguishes the retry after a lost reply from another share.
]]
local shares_key = KEYS[1]
-- @include clock
-- @include shares
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local options = cjson.decode(ARGV[2])

local first = math.huge
local count, last = revise_shares(shares_key, now, function(share)
  local expires_at = tonumber(share.expiresAt)
  if expires_at > now then first = math.min(first, expires_at) end
  return expires_at
end)
local created = redis.call('HGET', shares_key, options.secretHash)
if not created then
  if count >= options.maxShares then return { 'TOO_MANY', whole(now), whole(first - now) } end
  local expires_at = now + options.lifeMs
  created = encode_share({
    id = options.id, createdAt = whole(now), expiresAt = whole(expires_at), studentId = options.studentId,
  })
  redis.call('HSET', shares_key, options.secretHash, created)
  redis.call('PEXPIREAT', shares_key, whole(math.max(last, expires_at)))
end
return { 'CREATED', whole(now), created }
