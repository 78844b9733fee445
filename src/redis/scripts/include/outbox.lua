-- Appends a change to a stream of the outbox. MAXLEN bounds the stream (approximately: whole nodes go), so
-- that a relay that is away for days can't fill the memory that live journeys need; the depth metric
-- alarms long before.
local function append(stream, max_length, change)
  redis.call('XADD', stream, 'MAXLEN', '~', max_length, '*', unpack(change))
end
