#!lua
--[[ Stores a router's answer for a journey, and publishes the ETA if it differs noticeably from what is shown.
KEYS[1]  journey:active   KEYS[2]  location of the trainer
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  journey id
ARGV[3]  when the turn was taken, epoch ms by Redis' clock
ARGV[4]  capturedAt of the fix that the router was asked for, epoch ms
ARGV[5]  latitude and ARGV[6] longitude of the home that it was asked for
ARGV[7]  the travel time, ms
ARGV[8]  how long the answer is fresh, counted from that fix, ms
Returns  { code, now }
  STORED
  OUTDATED       nothing was changed: it is another journey or none, the home is another one, the place was overturned since
                 then, or this answer or a newer one is stored already
  PAST_DEADLINE  nothing was changed
Atomic   so that no answer is stored for a journey that ends, or for a place that is overturned, at the same moment.
Repeat   safe: the second one is OUTDATED.
]]
local active_key, location_key = KEYS[1], KEYS[2]
-- @include clock
-- @include publishEta
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local taken_at, asked_at = tonumber(ARGV[3]), tonumber(ARGV[4])

local id, expires_at, home_latitude, home_longitude, shown, stored, corrected_at = unpack(redis.call('HMGET', active_key,
  'id', 'expiresAt', 'homeLatitude', 'homeLongitude', 'eta', 'routerEta', 'correctedAt'))
local is_asked_for = id == ARGV[2] and tonumber(expires_at) > now
  and tonumber(home_latitude) == tonumber(ARGV[5]) and tonumber(home_longitude) == tonumber(ARGV[6])
local is_newest = not stored or tonumber(string.match(stored, '^%d+')) < asked_at
local is_overturned = corrected_at and tonumber(corrected_at) >= taken_at
if not is_asked_for or not is_newest or is_overturned then return { 'OUTDATED', whole(now) } end

local answer = table.concat({ whole(asked_at), whole(asked_at + tonumber(ARGV[7])), whole(asked_at + tonumber(ARGV[8])) }, ' ')
local changes = { 'routerEta', answer }
local expected = router_eta(answer, now)
-- Without a location none is shown.
if expected and redis.call('EXISTS', location_key) == 1 then
  local published = published_eta(shown or nil, expected, now)
  if published then
    changes[3], changes[4] = 'eta', published
    -- It may be late by it: the sweep finds out (alerts.lua).
    -- @include siblingKey
    local _, _, session_id = parts_of(active_key)
    redis.call('ZADD', partition_key(active_key, 'journey:alerts'), 'XX', 'LT', whole(now), session_id)
  end
end
redis.call('HSET', active_key, unpack(changes))
return { 'STORED', whole(now) }
