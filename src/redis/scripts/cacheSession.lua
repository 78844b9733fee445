#!lua
--[[ Caches the database's answer about a session, or that it knows none.
KEYS[1]  session:meta   KEYS[2]  session:shares
ARGV[1]  deadline of this step, epoch ms by Redis' clock
ARGV[2]  JSON:
  ttlMs        life of the entry
  readAt       when the read of the database began, epoch ms by Redis' clock
  session      the values of sessionMeta (records.ts); left out: there is no such session
  lastJourney  the values of lastJourney; left out: the durable record knows none
Returns  { 'CACHED' | 'OUTDATED' | 'PAST_DEADLINE', now }
  OUTDATED         the session was invalidated since, or is known from a later read; nothing was changed
Atomic   so that neither a change of the booking is undone by a read that began before it, nor an outcome which
         ended a journey meanwhile overwritten: the durable record lags behind it. The shares of a cancelled session end.
]]
local meta_key, shares_key = KEYS[1], KEYS[2]
-- @include clock
-- @include record
-- @record sessionMeta
-- @record lastJourney
-- @record endedJourney
local now = redis_now()
if now > tonumber(ARGV[1]) then return { 'PAST_DEADLINE', whole(now) } end
local options = cjson.decode(ARGV[2])
local checked_at, invalidated_at = unpack(redis.call('HMGET', meta_key, 'checkedAt', 'forgottenAt'))
if options.readAt < tonumber(checked_at or 0) or options.readAt <= tonumber(invalidated_at or 0) then
  return { 'OUTDATED', whole(now) }
end

local session = named(SESSION_META, options.session or {})
session.checkedAt = whole(options.readAt)
local last = named(ENDED_JOURNEY, options.lastJourney or {})
local known = named(ENDED_JOURNEY, redis.call('HMGET', meta_key, unpack(LAST_JOURNEY)))
-- A journey that is cached as active is known from an earlier durable record alone.
if known.startedAt and known.state ~= 'EN_ROUTE' and tonumber(known.startedAt) >= tonumber(last.startedAt or 0) then
  last = known
end
local fields = append_fields({}, session, SESSION_META)
append_fields(fields, last, ENDED_JOURNEY, LAST_JOURNEY)
if invalidated_at then
  fields[#fields + 1] = 'forgottenAt'
  fields[#fields + 1] = invalidated_at
end
if session.status == 'CANCELLED' then redis.call('DEL', shares_key) end
redis.call('DEL', meta_key)
redis.call('HSET', meta_key, unpack(fields))
redis.call('PEXPIRE', meta_key, options.ttlMs)
return { 'CACHED', whole(now) }
