-- The shares of a session are a hash: SHA-256 of a share's secret → the values of the record `share`, separated by spaces.
local function decode_share(text)
  local id, created_at, expires_at, student_id = string.match(text, '^(%S+) (%d+) (%d+) (%S+)$')
  return { id = id, createdAt = created_at, expiresAt = expires_at, studentId = student_id }
end

local function encode_share(share)
  return table.concat({ share.id, share.createdAt, share.expiresAt, share.studentId }, ' ')
end

-- Gives each share the end that `end_of` returns for it, epoch ms; those that are over are removed. Returns how many
-- are left, and when the last of them ends.
local function revise_shares(key, now, end_of)
  local stored = redis.call('HGETALL', key)
  local count, last = 0, 0
  for i = 1, #stored, 2 do
    local share = decode_share(stored[i + 1])
    local expires_at = math.min(tonumber(share.expiresAt), end_of(share))
    if expires_at <= now then
      redis.call('HDEL', key, stored[i])
    else
      if expires_at < tonumber(share.expiresAt) then
        share.expiresAt = whole(expires_at)
        redis.call('HSET', key, stored[i], encode_share(share))
      end
      count, last = count + 1, math.max(last, expires_at)
    end
  end
  -- The key lives as long as the last share.
  if count > 0 then redis.call('PEXPIREAT', key, whole(last)) end
  return count, last
end
