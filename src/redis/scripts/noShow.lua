#!lua
--[[ Raises NO_SHOW for sessions of a partition for which nobody has set off, or whose journey ended unarrived.
KEYS[1]  journey:unattended   KEYS[2]  journey:events   KEYS[3]  journey:noshows
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  JSON:
  keyPrefix, keyTag          of the partition's keys, before and after their kind
  sessions                   of each the values of noShowSession (records.ts): booked, due, and without an arrival in the
                             durable records, when the database was read
  looked                     ids out of KEYS[1] that the read was about
  readAt                     when that read began, epoch ms by Redis' clock
  lifeMs                     how long a NO_SHOW is kept
  outboxMaxLength            most entries of an outbox stream
  eventsOn                   true when events are published
Returns  { 'JUDGED' | 'PAST_DEADLINE', now, ids of the sessions whose NO_SHOW was raised … }
Atomic   so that a session's NO_SHOW is raised once, with its event, and not for a journey that starts at this moment.
Repeat   safe: one that is kept is not raised again, whether or not it was cleared.
]]
local unattended_key, events_key, raised_key = KEYS[1], KEYS[2], KEYS[3]
-- @include clock
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local options = cjson.decode(ARGV[2])
-- @include record
-- @include outbox
-- @include noShow
-- @record noShowSession
local function key_of(kind, session_id)
  return options.keyPrefix .. kind .. ':' .. options.keyTag .. ':' .. session_id
end

local reply = { 'JUDGED', whole(now) }
redis.call('ZREMRANGEBYSCORE', raised_key, '-inf', whole(now - options.lifeMs))
if options.looked[1] then redis.call('ZREM', unattended_key, unpack(options.looked)) end
for _, values in ipairs(options.sessions) do
  local session = named(NO_SHOW_SESSION, values)
  local key, meta_key = key_of('session:noshow', session.id), key_of('session:meta', session.id)
  local known_at, status = read_no_show(key)
  local invalidated_at, last_state = unpack(redis.call('HMGET', meta_key, 'forgottenAt', 'lastState'))
  local state = redis.call('HGET', key_of('journey:ended', session.id), 'state') or last_state
  -- One past its deadline that is not ended yet is active too: its end makes the session unattended (end.lua).
  local is_active = redis.call('EXISTS', key_of('journey:active', session.id)) == 1
    or redis.call('ZSCORE', options.keyPrefix .. 'journey:deadlines:' .. options.keyTag, session.id)
  if options.readAt <= tonumber(invalidated_at or 0) then
    -- The booking has changed since it was read.
    redis.call('ZADD', unattended_key, whole(now), session.id)
  elseif known_at ~= session.scheduledAt and state ~= 'ARRIVED' and not is_active then
    redis.call('SET', key, session.scheduledAt .. ' RAISED', 'PX', options.lifeMs)
    redis.call('ZADD', raised_key, session.scheduledAt, session.id)
    if options.eventsOn then
      append(events_key, options.outboxMaxLength, no_show_change(session, 'RAISED', now))
    end
    reply[#reply + 1] = session.id
  elseif known_at == session.scheduledAt and status == 'RAISED' then
    -- For one release: a process that does not keep journey:noshows has raised it.
    redis.call('ZADD', raised_key, session.scheduledAt, session.id)
  end
end
return reply
