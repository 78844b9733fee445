-- It blocks the service's writes to this table, which wait in Redis meanwhile, for about a second per million journeys.
-- Where that is too long, create the same index beforehand with CREATE INDEX CONCURRENTLY.
CREATE INDEX IF NOT EXISTS "journey_started_at_idx" ON "journey"("started_at");

-- The service's login may delete records by this function alone: it can neither choose which ones nor reach those of the
-- last day, and it needs no right to read access_log, which a DELETE with a condition would.
-- The age counts by this server's clock. Rows that another transaction holds are left to a later call.
-- A row is found by the index on its time and deleted by its place in the table, so that no other index is read.
CREATE FUNCTION delete_old_records(
  older_than_days integer, batch integer, OUT journeys integer, OUT access_log_lines integer
)
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- A plan for any value of LIMIT may read the whole table.
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  time_limit timestamptz := now() - make_interval(days => older_than_days);
BEGIN
  IF older_than_days < 1 THEN
    RAISE EXCEPTION 'Records of the last day are not deleted: older_than_days must be at least 1'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;

  DELETE FROM public.journey WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM public.journey
    WHERE started_at < time_limit AND coalesce(ended_at, expires_at) < time_limit
    ORDER BY started_at
    LIMIT batch
    FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS journeys = ROW_COUNT;

  DELETE FROM public.access_log WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM public.access_log
    WHERE hour < time_limit
    ORDER BY hour
    LIMIT batch
    FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS access_log_lines = ROW_COUNT;
END
$$;

-- Every login may execute a new function by default.
REVOKE ALL ON FUNCTION delete_old_records(integer, integer) FROM PUBLIC;
