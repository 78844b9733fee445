--[[ Reads the keys of one poll the plain way: one array of their fields, as a client of Redis usually gets them. The lists of
these fields, ACTIVE_VIEW and LOCATION, stand before this text (steps.ts).
KEYS[1]  journey:active    ARGV[1], ARGV[2]  the location key before and after the trainer's id
Returns  { now in epoch ms, journey fields…, fix fields… }, absent ones nil
]]
local time = redis.call('TIME')
local journey = redis.call('HMGET', KEYS[1], unpack(ACTIVE_VIEW))
local fix = redis.call('HMGET', ARGV[1] .. journey[2] .. ARGV[2], unpack(LOCATION))
local reply = { string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)) }
for _, fields in ipairs({ journey, fix }) do
  for i = 1, #fields do
    reply[#reply + 1] = fields[i]
  end
end
return reply
