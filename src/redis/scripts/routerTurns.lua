#!lua
--[[ Takes the turns of a partition's journeys for which the router is to be asked now.
KEYS[1]  journey:router: session by when its next turn is due
KEYS[2]  journey:deadlines
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  how many turns at most
ARGV[3]  between two turns of one journey, ms
ARGV[4]  how old a fix may be, ms
ARGV[5], ARGV[6]  what stands before and after the kind in the partition's keys
Returns  { 'TAKEN' | 'PAST_DEADLINE', now, … }; with TAKEN for each turn
  session id, journey id, trainer id, latitude, longitude, capturedAt, home's latitude and longitude, and the time of the
  fix that the answer in use was asked for, nil without one
Atomic   so that of all processes one gets a turn. The turn is over when the next one is due, so nobody has to give it
back, and one that a killed process took is due again like any other.
Repeat   safe: it takes other turns. A turn whose reply was lost passes without a call.
No journey is in KEYS, because only this step knows whose turn it is; all keys bear the partition's hash tag.
]]
local turns_key, deadlines_key = KEYS[1], KEYS[2]
-- @include clock
-- @include locationKey
-- After this time new journeys are looked for, and those without news of their place are looked at again.
local LOOK_AGAIN_MS = 5000
-- Bounds the work of one step.
local MAX_LOOKED_AT = 100
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local limit, interval_ms, oldest_ms, prefix, tag = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6]
local look_again_at = now + math.min(interval_ms, LOOK_AGAIN_MS)

-- The turns follow the index of active journeys by themselves: a start and an end need not know of the router, and it may
-- be turned on while journeys are active. When they do so next is kept under the empty id.
local INDEX = ''
if now >= tonumber(redis.call('ZSCORE', turns_key, INDEX) or 0) then
  for _, session_id in ipairs(redis.call('ZDIFF', 2, deadlines_key, turns_key)) do
    redis.call('ZADD', turns_key, whole(now), session_id)
  end
  redis.call('ZADD', turns_key, whole(look_again_at), INDEX)
end

local reply = { 'TAKEN', whole(now) }
local taken = 0
for _, session_id in ipairs(redis.call('ZRANGE', turns_key, '-inf', whole(now), 'BYSCORE', 'LIMIT', 0, MAX_LOOKED_AT)) do
  local active_key = prefix .. 'journey:active:' .. tag .. ':' .. session_id
  local id, trainer_id, home_latitude, home_longitude, answer = unpack(redis.call('HMGET', active_key,
    'id', 'trainerId', 'homeLatitude', 'homeLongitude', 'routerEta'))
  if not id then
    redis.call('ZREM', turns_key, session_id)
  else
    local location_key = prefix .. 'location:trainer:' .. encode_user_id(trainer_id) .. ':session:' .. tag .. ':' .. session_id
    local latitude, longitude, captured_at, still_since = unpack(redis.call('HMGET', location_key,
      'latitude', 'longitude', 'capturedAt', 'stillSince'))
    local answered_at = answer and string.match(answer, '^%d+')
    local has_place = captured_at and now - tonumber(captured_at) <= oldest_ms
    -- For one who stands where the last answer was asked for, another answer would be the same.
    local has_moved = has_place and not (answered_at and still_since and tonumber(still_since) <= tonumber(answered_at))
    if has_moved then
      taken = taken + 1
      for _, value in ipairs({ session_id, id, trainer_id, latitude, longitude, captured_at, home_latitude,
        home_longitude, answered_at or '' }) do
        reply[#reply + 1] = value
      end
    end
    redis.call('ZADD', turns_key, whole(has_moved and now + interval_ms or look_again_at), session_id)
    if taken == limit then break end
  end
end
return reply
