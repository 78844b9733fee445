-- A point of the trail in 15 bytes: version, latitude and longitude in 1e-7 degrees, and the time since the start, ms.
local TRAIL_POINT = '>I3i4i4i4'
