-- Numbers a journey's events, in the step that appends one: the event's id is made of its number. The start is 1. A process
-- of the release before counts nothing and numbers every end 2, so in a journey that it started 2 stays free for the end.
local function next_sequence(active_key)
  local last = redis.call('HGET', active_key, 'sequence')
  local sequence = whole(tonumber(last or 2) + 1)
  redis.call('HSET', active_key, 'sequence', sequence)
  return sequence
end

local function end_sequence(active_key)
  local last = redis.call('HGET', active_key, 'sequence')
  return whole(tonumber(last or 1) + 1)
end
