-- A fix in one field of the record: latitude, longitude, accuracy, time, and whether its time is that of its arrival.
local function encode_fix(fix)
  local text = fix.fix
  return table.concat({
    text.latitude, text.longitude, text.accuracy or '-', whole(fix.time), fix.dated_by_arrival and '1' or '0',
  }, ' ')
end

local function decode_fix(text)
  local latitude, longitude, accuracy, time, dated = string.match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
  return {
    latitude = tonumber(latitude), longitude = tonumber(longitude), accuracy = tonumber(accuracy),
    time = tonumber(time), dated_by_arrival = dated == '1',
    fix = { latitude = latitude, longitude = longitude, accuracy = accuracy ~= '-' and accuracy or nil },
  }
end

local function stored_place(latitude, longitude, accuracy)
  return {
    latitude = tonumber(latitude), longitude = tonumber(longitude), accuracy = tonumber(accuracy),
    fix = { latitude = latitude, longitude = longitude, accuracy = accuracy },
  }
end

-- The track of a stored location, its times earlier by `fall`. A process of the release before stored fewer fields.
local function decode_track(stored, fall)
  local shown = stored_place(stored.latitude, stored.longitude, stored.accuracy)
  shown.captured_at = tonumber(stored.capturedAt) - fall
  shown.time = shown.captured_at + (tonumber(stored.aheadMs) or 0)
  shown.dated_by_arrival = stored.datedByArrival ~= nil
  local track = {
    shown = shown, still = shown, credit = tonumber(stored.creditMs) or 0, is_fast = stored.isFast ~= nil,
    overturned = decode_overturned(stored.overturned),
  }
  if stored.stillSince then
    track.still = stored_place(stored.stillLatitude, stored.stillLongitude, stored.stillAccuracy)
    track.still.time = tonumber(stored.stillSince) - fall
  end
  if stored.runLast then
    local first, last = decode_fix(stored.runFirst), decode_fix(stored.runLast)
    first.time, last.time = first.time - fall, last.time - fall
    track.run = { first = first, last = last, count = tonumber(stored.runCount), is_fast = stored.runIsFast ~= nil }
  end
  return track
end

local function encode_track(track)
  local shown, still, run = track.shown, track.still, track.run
  local record = {
    stillSince = whole(still.time), stillLatitude = still.fix.latitude, stillLongitude = still.fix.longitude,
    stillAccuracy = still.fix.accuracy, creditMs = whole(track.credit), isFast = track.is_fast and '1' or nil,
    datedByArrival = shown.dated_by_arrival and '1' or nil,
    aheadMs = shown.time > shown.captured_at and whole(shown.time - shown.captured_at) or nil,
    overturned = track.overturned and track.overturned.text,
  }
  if run then
    record.runFirst, record.runLast = encode_fix(run.first), encode_fix(run.last)
    record.runCount, record.runIsFast = whole(run.count), run.is_fast and '1' or nil
  end
  return record
end

-- Stores the shown fix, which this request brought, as the location, and returns the record.
local function store_location(key, track, ttl_ms, now)
  local shown = track.shown
  shown.captured_at = math.min(shown.time, now)
  local location = encode_track(track)
  location.capturedAt, location.receivedAt = whole(shown.captured_at), whole(now)
  for _, name in ipairs({ 'latitude', 'longitude', 'accuracy', 'heading', 'speed' }) do location[name] = shown.fix[name] end
  -- Anew, so that nothing of an earlier fix stays with a later one that lacks it.
  redis.call('DEL', key)
  redis.call('HSET', key, unpack(append_fields({}, location, STORED_LOCATION)))
  redis.call('PEXPIRE', key, whole(ttl_ms))
  return location
end

-- Stores what a request without an accepted fix changed: the run, or the times after a correction of the clock.
local function store_track(key, track)
  local record = encode_track(track)
  record.capturedAt = whole(track.shown.captured_at)
  if track.run and not track.run.is_fast then redis.call('HDEL', key, 'runIsFast') end
  redis.call('HSET', key, unpack(append_fields({}, record, STORED_LOCATION)))
end
