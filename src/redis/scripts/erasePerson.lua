#!lua
--[[ Replaces the id of a person in one key, and removes what the id stood for.
KEYS[1]  any key of this service
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  the id   ARGV[3]  the random id that replaces it
ARGV[4]  of a stream: the id of the first entry to look at   ARGV[5]  how many entries to look at
Returns  { 'ERASED', now, the id of the last entry that was looked at } | { 'PAST_DEADLINE', now }
Atomic   so that no reader finds a record half replaced, and an entry of a stream is always there once.
Repeat   safe: what was replaced is not found again.
]]
local key = KEYS[1]
-- @include clock
-- @record sessionMeta
-- @include invalidation
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local user_id, replacement, first, count = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local kind = redis.call('TYPE', key).ok

-- A list in JSON, as an expiry record is; nil for any other text, and for one that does not name the person.
local function replaced_list(text)
  if string.sub(text, 1, 1) ~= '[' then return nil end
  local is_list, list = pcall(cjson.decode, text)
  if not is_list then return nil end
  local is_named = false
  for i, value in ipairs(list) do
    if value == user_id then list[i], is_named = replacement, true end
  end
  return is_named and cjson.encode(list) or nil
end

if kind == 'hash' then
  -- The cached session goes, with the student's home; how its last journey ended stays.
  if string.find(key, 'session:meta:{', 1, true) then
    local trainer_id, student_id = unpack(redis.call('HMGET', key, 'trainerId', 'studentId'))
    if trainer_id == user_id or student_id == user_id then invalidate_session(key, now) end
  end
  local stored = redis.call('HGETALL', key)
  for i = 1, #stored, 2 do
    local field, value = stored[i], stored[i + 1]
    local list = replaced_list(value)
    if value == user_id then
      redis.call('HSET', key, field, replacement)
    elseif list then
      redis.call('HSET', key, field, list)
    elseif string.find(key, 'session:shares:{', 1, true) and string.sub(value, -#user_id - 1) == ' ' .. user_id then
      redis.call('HDEL', key, field)
    end
  end
elseif kind == 'stream' then
  local last = ''
  for _, entry in ipairs(redis.call('XRANGE', key, first, '+', 'COUNT', count)) do
    local id, fields, is_named = entry[1], entry[2], false
    for i = 2, #fields, 2 do
      if fields[i] == user_id then fields[i], is_named = replacement, true end
    end
    -- An entry can't be changed. All entries of a journey name the same persons, so their order stays.
    if is_named then
      redis.call('XADD', key, '*', unpack(fields))
      redis.call('XDEL', key, id)
    end
    last = id
  end
  return { 'ERASED', whole(now), last }
end
return { 'ERASED', whole(now), '' }
