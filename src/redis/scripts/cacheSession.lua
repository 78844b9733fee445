#!lua
--[[ Caches what the database told of a session, or that it knows none.
KEYS[1]  session:meta
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  life of the entry, ms
ARGV[3]  when the read of the database began, epoch ms by Redis' clock
ARGV[4…] fields and values; none: there is no such session
Returns  { 'REMEMBERED' | 'OUTDATED' | 'PAST_DEADLINE', now }
  OUTDATED         the session was forgotten since, or is known from a later read; nothing was changed
Atomic   so that neither a change of the booking is undone by a read that began before it, nor an outcome which
         ended a journey meanwhile overwritten: the durable record lags behind it.
]]
-- @include clock
-- @include session
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local read_at = tonumber(ARGV[3])
local checked_at, forgotten_at = unpack(redis.call('HMGET', KEYS[1], 'checkedAt', 'forgottenAt'))
if read_at < tonumber(checked_at or 0) or read_at <= tonumber(forgotten_at or 0) then
  return { 'OUTDATED', whole(now) }
end
local fields = { 'checkedAt', ARGV[3] }
if forgotten_at then
  fields[#fields + 1] = 'forgottenAt'
  fields[#fields + 1] = forgotten_at
end
local last_started_at = 0
for i = 4, #ARGV, 2 do
  fields[#fields + 1] = ARGV[i]
  fields[#fields + 1] = ARGV[i + 1]
  if ARGV[i] == 'lastStartedAt' then last_started_at = tonumber(ARGV[i + 1]) end
end
local known = redis.call('HMGET', KEYS[1], unpack(LAST_FIELDS))
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(fields))
-- One that is known as under way is known from an earlier record alone.
if known[4] and known[7] ~= 'EN_ROUTE' and tonumber(known[4]) >= last_started_at then
  for i, name in ipairs(LAST_FIELDS) do
    if known[i] then redis.call('HSET', KEYS[1], name, known[i]) end
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { 'REMEMBERED', whole(now) }
