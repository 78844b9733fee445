-- What is counted of an active journey for its summary, in the field `counts` of journey:active: metres driven, the
-- place up to which they are counted ('-' twice: none), until when a fix of the last minute is known, epoch ms, the ms in
-- which none was known, and the rejected fixes. A journey that a process of the release before started has none.
local function read_counts(text)
  local driven, latitude, longitude, known_until, lost, rejected =
    string.match(text, '^(%S+) (%S+) (%S+) (%d+) (%d+) (%d+)$')
  local place = latitude ~= '-' and {
    latitude = tonumber(latitude), longitude = tonumber(longitude),
    fix = { latitude = latitude, longitude = longitude },
  } or nil
  return {
    driven = tonumber(driven), place = place, known_until = tonumber(known_until), lost = tonumber(lost),
    rejected = tonumber(rejected),
  }
end
