-- Appends a change to a stream of the outbox. MAXLEN bounds the stream (approximately: whole nodes are removed), so that
-- a sink that is unavailable for days cannot fill the memory that active journeys need. The depth metric raises an alarm long
-- before.
local function append(stream, max_length, change)
  redis.call('XADD', stream, 'MAXLEN', '~', max_length, '*', unpack(change))
end
