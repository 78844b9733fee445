-- Who may send next, kept beside location:rate in its slot: `holder`, who got the last slot, and `waiting`, who was
-- refused since, in that order, each with the time until which its turn is kept. The executable model is test/road/turns.ts.
local MAX_WAITING = 8
local TURN_KEPT_INTERVALS = 1.5

local function read_turns(key, now)
  local text = redis.call('GET', key)
  if not text then return { waiting = {} } end
  local stored = cjson.decode(text)
  local turns = { holder = stored.holder, waiting = {} }
  for _, entry in ipairs(stored.waiting) do
    if entry[2] >= now then turns.waiting[#turns.waiting + 1] = entry end
  end
  return turns
end

-- How many wait before the requester.
local function ahead_of(turns, requester)
  for i, entry in ipairs(turns.waiting) do
    if entry[1] == requester then return i - 1 end
  end
  return #turns.waiting
end

local function stop_waiting(turns, requester)
  for i, entry in ipairs(turns.waiting) do
    if entry[1] == requester then table.remove(turns.waiting, i) end
  end
end

local function wait_until(turns, requester, time)
  local place = ahead_of(turns, requester) + 1
  if place <= MAX_WAITING then turns.waiting[place] = { requester, time } end
end

-- `holder_until`: so long the holder matters.
local function store_turns(key, turns, holder_until, now)
  local last = turns.holder and holder_until or 0
  for _, entry in ipairs(turns.waiting) do last = math.max(last, entry[2]) end
  if last <= now then
    redis.call('DEL', key)
  else
    redis.call('SET', key, cjson.encode(turns), 'PX', whole(last - now + 1))
  end
end
