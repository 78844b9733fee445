#!lua
--[[ Removes the consumers of ended processes from a group; each process adds one with a new name.
KEYS[1]  the stream
ARGV[1]  consumer group   ARGV[2]  a consumer silent for longer has ended, ms   ARGV[3]  a consumer that ends now, or ''
Returns  how many were removed
Atomic   so that a consumer is never removed with entries pending: nobody would deliver those any more.
Repeat   safe.
]]
local stream = KEYS[1]
local group, silent_ms, leaving = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local consumers = redis.pcall('XINFO', 'CONSUMERS', stream, group)
-- There is neither stream nor group: Redis lost its data.
if consumers.err then return 0 end
local removed = 0
for _, fields in ipairs(consumers) do
  local consumer = {}
  for index = 1, #fields, 2 do consumer[fields[index]] = fields[index + 1] end
  local ended = consumer.name == leaving or consumer.idle > silent_ms
  if ended and consumer.pending == 0 then
    redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer.name)
    removed = removed + 1
  end
end
return removed
