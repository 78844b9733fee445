#!lua flags=no-writes
--[[ The sessions of a partition whose journey ended without an arrival when NO_SHOW was due already (end.lua).
KEYS[1]  journey:unattended
ARGV[1]  how many at most
Returns  session ids, the longest unattended first
]]
return redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)
