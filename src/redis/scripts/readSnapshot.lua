#!lua flags=no-writes
--[[ All that a poll needs of one session, in one round trip. Reads only.
KEYS[1]  journey:active
ARGV[1]  the location key up to the trainer's id
ARGV[2]  the location key after the trainer's id
ARGV[3]  left out, as polls of users do; or '1': the cached session too while a journey is active; or, for a guest, the
         SHA-256 of the secret of its share: the same, and the share
Returns  one text, its values separated by NUL (which no text of PostgreSQL can hold), absent ones empty: an array
of values costs the reading process four times as much. Times in epoch ms. The fields are those of records.ts:
  1, now, activeView, location, trail, sessionMeta, lastJourney  active; location is empty without a fix; the last three
                                                              are only there when asked for
  0, now, endedJourney, noShow, sessionMeta, lastJourney      inactive; each may be empty throughout; noShow is the
                                                              scheduledAt for which NO_SHOW is raised
  for a guest the values of share follow
  2, now                                                      for a guest whose share does not exist, or has ended
Atomic   so that no poll sees a journey ended but its location still there, or the reverse.
The location's key can't be in KEYS: it holds the trainer's id, which the student's phone does not know and
only the journey has. The other keys are made from the journey's own (include/siblingKey.lua). While a slot
migrates, Redis refuses the access to such a key with an error instead of showing it as absent.
]]
local active_key = KEYS[1]
local location_prefix, location_suffix, option = ARGV[1], ARGV[2], ARGV[3]
if option == '' then option = nil end
-- @include clock
-- @record activeView
-- @record location
local function text_of(values, fields)
  for i = 1, #fields do
    if not values[i] then values[i] = '' end
  end
  return table.concat(values, '\0')
end

local function position_of(name, fields)
  for i, field in ipairs(fields) do
    if field == name then return i end
  end
end

local now = redis_now()
local active = redis.call('HMGET', active_key, unpack(ACTIVE_VIEW))
local active_text = nil
if active[1] then
  -- @include locationKey
  local trainer_id = active[position_of('trainerId', ACTIVE_VIEW)]
  local location = redis.call('HMGET', location_prefix .. encode_user_id(trainer_id) .. location_suffix, unpack(LOCATION))
  active_text = '1\0' .. whole(now) .. '\0' .. text_of(active, ACTIVE_VIEW) .. '\0' .. text_of(location, LOCATION)
  if ARGV[4] then
    -- @include readTrail
    active_text = active_text .. '\0' .. table.concat(points, ' ')
  end
  if not option then return active_text end
end

-- Here and not above: a poll of an active journey need not define what it does without.
-- @record endedJourney
-- @record sessionMeta
-- @record lastJourney
-- @include record
-- @include siblingKey
-- @include expiry
-- @include overdueJourney
-- @include noShow
local meta_key = session_key(active_key, 'session:meta')
local session = text_of(redis.call('HMGET', meta_key, unpack(SESSION_META)), SESSION_META)
  .. '\0' .. text_of(redis.call('HMGET', meta_key, unpack(LAST_JOURNEY)), LAST_JOURNEY)
if option and option ~= '1' then
  -- @include shares
  local text = redis.call('HGET', session_key(active_key, 'session:shares'), option)
  if not text or tonumber(decode_share(text).expiresAt) <= now then return '2\0' .. whole(now) end
  session = session .. '\0' .. string.gsub(text, ' ', '\0')
end
if active_text then return active_text .. '\0' .. session end

local ended = read(session_key(active_key, 'journey:ended'), ENDED_JOURNEY)
if not ended then
  local overdue = read_overdue(active_key, now)
  if overdue then ended = as_expired(overdue) end
end
local missed_at, status = read_no_show(session_key(active_key, 'session:noshow'))
return '0\0' .. whole(now) .. '\0' .. text_of(values_of(ended or {}, ENDED_JOURNEY), ENDED_JOURNEY)
  .. '\0' .. (status == 'RAISED' and missed_at or '') .. '\0' .. session
