-- What an accepted fix means for the journey's alerts. Whether one is raised or cleared, the sweep decides (alerts.lua). It
-- finds out by itself when a silence or a stand has lasted long enough; what it could not foresee is made due here.
-- @include siblingKey
local raised, is_due = alerts or '', not stored or published
if string.find(raised, 'SIGNAL_LOST', 1, true) then
  local live_ms, lost_ms = tonumber(ARGV[17]), tonumber(ARGV[18])
  local went_on = stored and now - (tonumber(stored.capturedAt) - clock.fall) <= live_ms
    and now - tonumber(stored.receivedAt) < lost_ms
  if now - track.shown.captured_at > live_ms then
    redis.call('HDEL', active_key, 'liveSince')
  elseif not went_on or redis.call('HEXISTS', active_key, 'liveSince') == 0 then
    redis.call('HSET', active_key, 'liveSince', whole(now))
  end
end
if string.find(raised, 'NOT_MOVING', 1, true) then
  is_due = is_due or has_left(decode_place(redis.call('HGET', active_key, 'stoodAt')), track.stand, track.shown)
end
-- Without a location nothing is known of the arrival, though no check may have seen that it was away.
if not stored then redis.call('HDEL', active_key, 'lateSince') end
if is_due then
  local _, _, session_id = parts_of(active_key)
  redis.call('ZADD', partition_key(active_key, 'journey:alerts'), 'LT', whole(now), session_id)
end
