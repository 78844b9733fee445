#!lua
--[[ Removes the names of ended processes from a consumer group; each process brings a new one.
KEYS[1]  the stream
ARGV[1]  consumer group   ARGV[2]  a consumer silent for longer has ended, ms   ARGV[3]  a consumer that ends now, or ''
Returns  how many were removed
Atomic   so that a consumer is never removed with entries pending: nobody would deliver those any more.
Repeat   safe.
]]
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
-- Neither stream nor group: Redis came back empty.
if consumers.err then return 0 end
local removed = 0
for _, facts in ipairs(consumers) do
  local consumer = {}
  for index = 1, #facts, 2 do consumer[facts[index]] = facts[index + 1] end
  local ended = consumer.name == ARGV[3] or consumer.idle > tonumber(ARGV[2])
  if ended and consumer.pending == 0 then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    removed = removed + 1
  end
end
return removed
