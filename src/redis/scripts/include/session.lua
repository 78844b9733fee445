-- How a session's last journey ended, kept with the cached session until the durable record tells it. The order is
-- that of SESSION_FIELDS in readSnapshot.lua.
local LAST_FIELDS = {
  'lastId', 'lastTrainerId', 'lastStudentId', 'lastStartedAt', 'lastExpiresAt', 'lastVersion', 'lastState',
  'lastEndedAt',
}

-- Longer than any read of the database that may be under way.
local FORGOTTEN_MS = 60000

-- Drops what is cached of a session itself: the next who asks reads the database. What was read before this moment is
-- not to come back, so the moment stays for a while.
local function forget_session(key, now)
  redis.call('HDEL', key, 'trainerId', 'studentId', 'status', 'scheduledAt', 'homeLatitude', 'homeLongitude')
  redis.call('HSET', key, 'checkedAt', '0', 'forgottenAt', whole(now))
  if redis.call('PTTL', key) < FORGOTTEN_MS then redis.call('PEXPIRE', key, FORGOTTEN_MS) end
end
