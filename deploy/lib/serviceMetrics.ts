/**
 * The service's own metrics, as `GET /metrics` names them. CloudWatch gets each with the dimension `service`, over
 * all processes, and with the further dimensions named here.
 */
export const METRICS_PORT = 9464;
export const METRICS_NAMESPACE = 'JourneyService';
export const SERVICE_DIMENSION = { service: 'journey-service' };

export const SERVICE_METRICS = {
  /** Counter by operation, code (of the answer) and way. */
  requests: { name: 'journey_http_requests_total', by: ['operation', 'code'] },
  /** Histogram. CloudWatch keeps its sum and count: the mean. Percentiles are the balancer's. */
  requestSeconds: { name: 'journey_http_request_duration_seconds', by: ['operation'] },
  redisSeconds: { name: 'journey_redis_call_duration_seconds', by: [] },
  redisErrors: { name: 'journey_redis_errors_total', by: [] },
  /** 1 while a process can't use a store: redis or database. */
  storeDown: { name: 'journey_store_down', by: ['store'] },
  /** Of all processes, as each of them counts. */
  active: { name: 'journey_active', by: [] },
  /** Changes not yet delivered, by stream: events (to the bus), records and reads (to PostgreSQL). */
  outboxDepth: { name: 'journey_outbox_depth', by: ['stream'] },
  outboxFullestPartition: { name: 'journey_outbox_fullest_partition', by: [] },
  outboxLagSeconds: { name: 'journey_outbox_lag_seconds', by: ['stream'] },
  deadEvents: { name: 'journey_events_dead', by: [] },
  deadRecords: { name: 'journey_records_dead', by: [] },
  /** By quantile, since the last scrape: 0.5, 0.99, and 1 for the longest. */
  eventLoopDelaySeconds: { name: 'journey_event_loop_delay_seconds', by: ['quantile'] },
  deadlinesOverdue: { name: 'journey_deadlines_overdue', by: [] },
  /** Histogram: the mean. Every process sweeps once a second. */
  sweepSeconds: { name: 'journey_sweep_duration_seconds', by: [] },
  /** Journeys, of all processes, as the last sweep of each found them. */
  alertChecksDue: { name: 'journey_alert_checks_due', by: [] },
  alerts: { name: 'journey_alerts_total', by: ['alert', 'status'] },
  /** Requests with a share that is not valid. */
  shareRefusals: { name: 'journey_share_refusals_total', by: ['code'] },
  /** Of the process that has waited for longest. */
  accessLogLagSeconds: { name: 'journey_access_log_lag_seconds', by: [] },
  accessLogLost: { name: 'journey_access_log_lost_total', by: [] },
  /** One a day, over all processes. */
  retentionTurns: { name: 'journey_retention_turns_total', by: [] },
  /** These four are only there when a router is set. */
  routerCalls: { name: 'journey_router_calls_total', by: ['result'] },
  /** Histogram: the mean. */
  routerSeconds: { name: 'journey_router_call_duration_seconds', by: [] },
  /** Histogram: the mean. */
  routerAnswerAgeSeconds: { name: 'journey_router_answer_age_seconds', by: [] },
  /** 1 while a process makes no calls, because its circuit breaker is open. */
  routerAway: { name: 'journey_router_away', by: [] },
} as const satisfies Record<string, { name: string; by: readonly string[] }>;
