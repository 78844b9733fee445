-- A record by the names of its fields; nil without the first of them, for then there is no such record.
local function read(key, fields)
  local values = redis.call('HMGET', key, unpack(fields))
  if not values[1] then return nil end
  local record = {}
  for i, name in ipairs(fields) do record[name] = values[i] or nil end
  return record
end

-- A record of values in the order of its fields, as a caller encodes them: an empty one is absent.
local function named(fields, values)
  local record = {}
  for i, name in ipairs(fields) do
    if values[i] ~= '' then record[name] = values[i] end
  end
  return record
end

-- The values of a record in the order of its fields, as replies carry them; an absent one is false, which is nil there.
local function values_of(record, fields)
  local values = {}
  for i, name in ipairs(fields) do values[i] = record[name] or false end
  return values
end

-- Appends names and values, as HSET takes them, without the absent ones. The hash may name its fields in its own way.
local function append_fields(list, record, fields, hash_fields)
  for i, name in ipairs(fields) do
    if record[name] then
      list[#list + 1] = (hash_fields or fields)[i]
      list[#list + 1] = record[name]
    end
  end
  return list
end
