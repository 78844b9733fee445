#!lua flags=no-writes
--[[ A part of a partition's sessions with a NO_SHOW, those with the latest scheduledAt first, then by their ids downwards. Reads only.
KEYS[1]  journey:noshows
ARGV[1]  how many at most
ARGV[2]  begin after the session with this scheduledAt, epoch ms, or ''   ARGV[3]  and this id
Returns  session id and scheduledAt of each, in turn
]]
local raised_key, most, after_id = KEYS[1], tonumber(ARGV[1]), ARGV[3]
-- @include isBehind
local after_time = tonumber(ARGV[2])
local found, offset = {}, 0
repeat
  local entries =
    redis.call('ZREVRANGEBYSCORE', raised_key, after_time and ARGV[2] or '+inf', '-inf', 'WITHSCORES', 'LIMIT', offset, most)
  for i = 1, #entries, 2 do
    local id, time = entries[i], entries[i + 1]
    if #found < 2 * most and (tonumber(time) ~= after_time or is_behind(after_id, id)) then
      found[#found + 1] = id
      found[#found + 1] = time
    end
  end
  offset = offset + most
until #found == 2 * most or #entries < 2 * most
return found
