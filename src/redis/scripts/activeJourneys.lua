#!lua flags=no-writes
--[[ A part of a partition's active journeys, in the order of their deadlines, then of their session ids. Reads only.
KEYS[1]  journey:deadlines
ARGV[1]  how many at most
ARGV[2]  begin after the journey with this deadline, epoch ms, or ''   ARGV[3]  and this session id
Returns  one text as readSnapshot.lua does: how many deadlines the partition has, then for each journey its session id
         and the activeJourney fields
Atomic   so that each record is the one that belongs to its deadline. The journeys' own keys can't be in KEYS: only the
         sorted set knows whose they are. They are made from its key and bear the same hash tag.
]]
local deadlines_key, limit, after_id = KEYS[1], tonumber(ARGV[1]), ARGV[3]
-- @include clock
-- @read activeJourney
-- @record activeJourney
local now = redis_now()
local after_deadline = tonumber(ARGV[2])
local prefix, tag = string.match(deadlines_key, '^(.*)journey:deadlines:({%d+})$')

-- @include isBehind

-- What is past its deadline is not active, even if nobody has ended it yet.
local from = after_deadline and after_deadline > now and whole(after_deadline) or '(' .. whole(now)
local values, found, offset = { whole(redis.call('ZCARD', deadlines_key)) }, 0, 0
repeat
  local entries = redis.call('ZRANGE', deadlines_key, from, '+inf', 'BYSCORE', 'LIMIT', offset, limit, 'WITHSCORES')
  for i = 1, #entries, 2 do
    local session_id, deadline = entries[i], tonumber(entries[i + 1])
    if found < limit and (deadline ~= after_deadline or is_behind(session_id, after_id)) then
      local journey = read_active_journey(prefix .. 'journey:active:' .. tag .. ':' .. session_id)
      -- Without its record, which a Redis short of memory may have evicted, polls find no journey either.
      if journey then
        found = found + 1
        values[#values + 1] = session_id
        for _, field in ipairs(ACTIVE_JOURNEY) do values[#values + 1] = journey[field] or '' end
      end
    end
  end
  offset = offset + limit
until found == limit or #entries < 2 * limit
return table.concat(values, '\0')
