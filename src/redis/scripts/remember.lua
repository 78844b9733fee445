#!lua
--[[ Caches what the database told of a session, or that it knows none.
KEYS[1]  session:meta
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  life of the entry, ms
ARGV[3…] fields and values; none: there is no such session
Returns  { 'REMEMBERED' | 'PAST_DEADLINE', now }
Atomic   so that an outcome which ended a journey meanwhile is not overwritten: the durable record lags behind it.
]]
-- @include clock
-- @include session
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local fields = { 'checkedAt', whole(now) }
local last_started_at = 0
for i = 3, #ARGV, 2 do
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
