-- Redis' clock, epoch milliseconds. One clock for all processes: phones' and servers' own never decide.
local function redis_now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Whole numbers beyond 2^31 as text: tostring would print 1.7e+12.
local function whole(number)
  return string.format('%.0f', number)
end
