-- The reply to a trainer's step that finds no active journey: what became of it. One that is overdue and another
-- trainer's is the active one after all, which the step refuses by itself.
-- @read endedJourney
-- @values endedJourney
-- @include siblingKey
-- @include expiry
-- @include overdueJourney
local overdue = active or read_overdue(active_key, now)
if not overdue then
  local ended = read_ended_journey(ended_key)
  -- Another trainer's journey says nothing of whose session it is now.
  if not ended or ended.trainerId ~= trainer_id then
    return reply('NOT_ACTIVE', redis.call('HMGET', meta_key, 'trainerId', 'studentId'))
  end
  return reply('ENDED', ended_journey_values(ended))
end
if overdue.trainerId == trainer_id then return reply('ENDED', ended_journey_values(as_expired(overdue))) end
active = overdue
