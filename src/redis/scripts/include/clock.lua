-- Redis' clock, epoch milliseconds. One clock for all processes: phones' and servers' own never decide.
local function redis_now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A whole number as text. A number would reach Redis by way of '%.17g', which costs several times as much.
local function whole(number)
  return string.format('%d', number)
end
