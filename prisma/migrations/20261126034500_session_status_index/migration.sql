-- It blocks the booking system's writes to this table for about a second per million sessions. Where that is too long,
-- create the same index beforehand with CREATE INDEX CONCURRENTLY, which can't be part of a migration: it deadlocks with
-- a Prisma CLI that waits for its turn.
CREATE INDEX IF NOT EXISTS "session_status_scheduled_at_id_idx" ON "session"("status", "scheduled_at", "id");
