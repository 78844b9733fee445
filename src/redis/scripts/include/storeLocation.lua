-- The track of a stored location, its times earlier by `fall`. A process of the release before stored fewer fields.
local function decode_track(stored, fall)
  local captured_at = tonumber(stored.capturedAt) - fall
  local shown = {
    latitude = tonumber(stored.latitude), longitude = tonumber(stored.longitude), accuracy = tonumber(stored.accuracy),
    time = captured_at, captured_at = captured_at, fix = stored,
  }
  local still = not stored.stillSince and shown or {
    latitude = tonumber(stored.stillLatitude), longitude = tonumber(stored.stillLongitude),
    accuracy = tonumber(stored.stillAccuracy), time = tonumber(stored.stillSince) - fall,
    fix = { latitude = stored.stillLatitude, longitude = stored.stillLongitude, accuracy = stored.stillAccuracy },
  }
  local track = {
    shown = shown, still = still, credit = tonumber(stored.creditMs) or 0, overturned = stored.overturned,
    level = tonumber(stored.stageLevel) or 0,
  }
  track.stand = decode_stand(stored, fall)
  if stored.trackFlags then
    local is_fast, dated_by_arrival, ahead_ms = string.match(stored.trackFlags, '^(%d) (%d) (%d+)$')
    track.is_fast, shown.dated_by_arrival = is_fast == '1', dated_by_arrival == '1'
    shown.time = captured_at + tonumber(ahead_ms)
  end
  if stored.run then
    local fixes = {}
    for latitude, longitude, accuracy, time, dated in string.gmatch(stored.run, '(%S+) (%S+) (%S+) (%d+) (%d);') do
      local fix = { latitude = latitude, longitude = longitude, accuracy = accuracy ~= '-' and accuracy or nil }
      fixes[#fixes + 1] = {
        latitude = tonumber(latitude), longitude = tonumber(longitude), accuracy = tonumber(accuracy),
        time = tonumber(time) - fall, dated_by_arrival = dated == '1', fix = fix,
      }
    end
    local count, is_fast = string.match(stored.run, '(%d+) (%d)$')
    track.run = { first = fixes[1], last = fixes[2], count = tonumber(count), is_fast = is_fast == '1' }
  end
  return track
end

-- The record of a track. A shown fix of this request has no receivedAt yet.
local function encode_track(track, now)
  local shown, still, run = track.shown, track.still, track.run
  local fix, still_fix, ahead_ms = shown.fix, still.fix, shown.time - shown.captured_at
  local record = {
    latitude = fix.latitude, longitude = fix.longitude, accuracy = fix.accuracy, heading = fix.heading, speed = fix.speed,
    capturedAt = whole(shown.captured_at), receivedAt = fix.receivedAt or whole(now),
    stillSince = whole(still.time), stillLatitude = still_fix.latitude, stillLongitude = still_fix.longitude,
    stillAccuracy = still_fix.accuracy, creditMs = whole(track.credit), overturned = track.overturned,
  }
  if track.level > 0 then record.stageLevel = whole(track.level) end
  local stand = track.stand
  if stand.time ~= still.time or stand.latitude ~= still.latitude or stand.longitude ~= still.longitude then
    record.stand = encode_stand(stand)
  end
  if track.is_fast or shown.dated_by_arrival or ahead_ms > 0 then
    local is_fast, dated = track.is_fast and '1' or '0', shown.dated_by_arrival and '1' or '0'
    record.trackFlags = is_fast .. ' ' .. dated .. ' ' .. whole(ahead_ms)
  end
  if run then
    local parts = {}
    for i, point in ipairs({ run.first, run.last }) do
      local fix, dated = point.fix, point.dated_by_arrival and '1;' or '0;'
      parts[i] = table.concat({ fix.latitude, fix.longitude, fix.accuracy or '-', whole(point.time), dated }, ' ')
    end
    record.run = table.concat(parts) .. whole(run.count) .. (run.is_fast and ' 1' or ' 0')
  end
  return record
end

-- Stores a track whose shown fix this request brought.
local function store_location(key, track, ttl_ms, now)
  track.shown.captured_at = math.min(track.shown.time, now)
  local fields, count = stored_location_fields(encode_track(track, now))
  redis.call('HSET', key, unpack(fields, 1, count))
  -- Nothing of an earlier fix stays with a later one that lacks it. Most fixes have the same fields as the one before.
  if redis.call('HLEN', key) > count / 2 then
    redis.call('DEL', key)
    redis.call('HSET', key, unpack(fields, 1, count))
  end
  redis.call('PEXPIRE', key, whole(ttl_ms))
end
