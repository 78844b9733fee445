#!lua flags=no-writes
--[[ All that a poll needs of one session, in one round trip. Reads only.
KEYS[1]  journey:active
ARGV[1]  the location key up to the trainer's id
ARGV[2]  the location key after the trainer's id
ARGV[3]  '1', or left out: the cached session too while a journey is under way (a poll does without)
Returns  one text, its values parted by NUL (which no text of PostgreSQL can hold), absent ones empty: as an array
of values it costs the reading process four times as much. Times in epoch ms.
  1, now, journey fields…, fix fields…, session fields…   under way; the fix fields are empty without a fix, the
                                                    session fields only there when asked for
  0, now, ended fields…, session fields…            not under way; either group may be empty throughout
Atomic   so that no poll sees a journey ended but its location still there, or the reverse.
The location's key can't be in KEYS: it holds the trainer's id, which the student's phone does not know and
only the journey tells. The others are not, since nearly every poll would send them for nothing: they are made
from the journey's own (include/beside.lua). All bear the same hash tag, so they are in this slot; while that
slot migrates, Redis refuses the access with an error instead of showing a key as absent.
]]
-- @include clock
-- @include journey
local function text_of(values, count)
  for i = 1, count do
    if not values[i] then values[i] = '' end
  end
  return table.concat(values, '\0')
end

local now = whole(redis_now())
local journey = read(KEYS[1], JOURNEY_FIELDS)
local under_way = nil
if journey then
  local fix = redis.call('HMGET', ARGV[1] .. journey[2] .. ARGV[2], 'latitude', 'longitude', 'accuracy', 'heading',
    'speed', 'capturedAt', 'receivedAt')
  under_way = '1\0' .. now .. '\0' .. text_of(journey, #JOURNEY_FIELDS) .. '\0' .. text_of(fix, 7)
  if ARGV[3] ~= '1' then return under_way end
end

-- Here and not above: what a poll of a journey under way does without, it need not define.
-- @include beside
-- @include overdue
local SESSION_FIELDS = {
  'checkedAt', 'trainerId', 'studentId', 'status', 'scheduledAt', 'homeLatitude', 'homeLongitude',
  'lastId', 'lastTrainerId', 'lastStudentId', 'lastStartedAt', 'lastExpiresAt', 'lastVersion', 'lastState',
  'lastEndedAt',
}
local session = text_of(read(beside(KEYS[1], 'session:meta'), SESSION_FIELDS) or {}, #SESSION_FIELDS)
if under_way then return under_way .. '\0' .. session end

local ended = read(beside(KEYS[1], 'journey:ended'), ENDED_FIELDS)
if not ended then
  local filed = read_filed(filed_beside(KEYS[1]))
  if filed and is_overdue(filed, tonumber(now)) then ended = as_expired(filed) end
end
return '0\0' .. now .. '\0' .. text_of(ended or {}, #ENDED_FIELDS) .. '\0' .. session
