-- How a session's last journey ended, kept with the cached session until the durable record tells it. The order is
-- that of SESSION_FIELDS in look.lua.
local LAST_FIELDS = {
  'lastId', 'lastTrainerId', 'lastStudentId', 'lastStartedAt', 'lastExpiresAt', 'lastVersion', 'lastState',
  'lastEndedAt',
}

-- Drops what is cached of a session itself: the next who asks reads the database.
local function forget_session(key)
  redis.call('HDEL', key, 'trainerId', 'studentId', 'status', 'scheduledAt', 'homeLatitude', 'homeLongitude')
  if redis.call('HEXISTS', key, 'lastId') == 1 then
    redis.call('HSET', key, 'checkedAt', '0')
  else
    redis.call('DEL', key)
  end
end
