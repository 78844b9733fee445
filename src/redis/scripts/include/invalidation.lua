-- Longer than any read of the database that is in flight.
local INVALIDATED_MS = 60000

-- Drops the cached session: the next reader asks the database. A result that was read before this moment must not
-- be cached after it, so the moment is kept for a while. How the last journey ended stays.
local function invalidate_session(meta_key, now)
  redis.call('HDEL', meta_key, unpack(SESSION_META))
  redis.call('HSET', meta_key, 'checkedAt', '0', 'forgottenAt', whole(now))
  if redis.call('PTTL', meta_key) < INVALIDATED_MS then redis.call('PEXPIRE', meta_key, INVALIDATED_MS) end
end
