import { bool, cleanEnv, str } from 'envalid';

import { eventModes, logLevels, type Config, type TracingConfig } from './config';
import {
  claimName,
  clientNames,
  decimal,
  integer,
  integerOrOff,
  jwksUrl,
  origins,
  postgresUrl,
  redisUrl,
  routerUrl,
} from './settingValues';

/** Lists every invalid setting at once, and never its value, which may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly errors: readonly string[]) {
    super(`Invalid settings:\n${errors.map((error) => `  ${error}`).join('\n')}`);
  }
}

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
/** Successful polls are alike, so one trace in a hundred shows as much as all of them. */
const POLL_RATIO = 0.01;

const optional = { default: undefined };
const DAY_SECONDS = 86_400;
const HOUR_MS = 3_600_000;

const settings = {
  NODE_ENV: str({ default: 'development' }),
  PORT: integer(0, 65_535)({ default: 4000 }),
  HOST: str({ default: '0.0.0.0' }),
  TRUSTED_DOCUMENTS_ONLY: bool({ default: false }),
  CORS_ORIGINS: origins({ default: [] }),
  REQUESTS_PER_MINUTE: integerOrOff(1, 1_000_000)({ default: 600 }),
  MAX_EVENT_LOOP_DELAY_MS: integerOrOff(1, 60_000)({ default: 200 }),
  DRAIN_DELAY_MS: integer(0, 300_000)(optional),
  METRICS_PORT: integerOrOff(1, 65_535)(optional),
  CLIENT_NAMES: clientNames({ default: ['@journey/client'] }),
  REDIS_URL: redisUrl({ default: 'redis://127.0.0.1:6379' }),
  REDIS_TIMEOUT_MS: integer(10, 60_000)({ default: 1000 }),
  DATABASE_URL: postgresUrl(),
  AUTH_JWT_SECRET: str(optional),
  AUTH_JWT_SECRET_PREVIOUS: str(optional),
  AUTH_JWKS_URL: jwksUrl(optional),
  AUTH_REQUIRE_EXP: bool({ default: true }),
  AUTH_ISSUER: str(optional),
  AUTH_AUDIENCE: str(optional),
  AUTH_STUDENTS_CLAIM: claimName({ default: 'students' }),
  EVENTS: str({ choices: eventModes, default: 'log' }),
  EVENT_BUS_NAME: str({ default: 'application-events' }),
  AWS_REGION: str(optional),
  AWS_DEFAULT_REGION: str(optional),
  OUTBOX_MAX_LENGTH: integer(100, 10_000_000)({ default: 100_000 }),
  ROUTER_URL: routerUrl(optional),
  ROUTER_INTERVAL_MS: integer(100, HOUR_MS)({ default: 30_000 }),
  ROUTER_TIMEOUT_MS: integer(10, 60_000)({ default: 2000 }),
  ROUTER_FRESH_MS: integer(100, HOUR_MS)({ default: 180_000 }),
  OTEL_SDK_DISABLED: bool({ default: false }),
  OTEL_TRACES_EXPORTER: str({ choices: ['otlp', 'none'] as const, default: undefined }),
  OTEL_EXPORTER_OTLP_ENDPOINT: str(optional),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: str(optional),
  OTEL_TRACES_SAMPLER: str({ choices: samplers, default: 'traceidratio' }),
  OTEL_TRACES_SAMPLER_ARG: decimal(0, 1)({ default: 1 }),
  LOG_LEVEL: str({ choices: logLevels, default: 'info' }),
  JOURNEY_RETENTION_DAYS: integer(1, 36_500)({ default: 400 }),
  JOURNEY_TTL_SECONDS: integer(1, DAY_SECONDS)({ default: 3600 }),
  LOCATION_TTL_SECONDS: integer(1, DAY_SECONDS)({ default: 300 }),
  ENDED_TTL_SECONDS: integer(1, DAY_SECONDS)({ default: 300 }),
  SESSION_META_TTL_SECONDS: integer(1, DAY_SECONDS)({ default: 3600 }),
  SHARE_AFTER_END_SECONDS: integer(0, DAY_SECONDS)({ default: 300 }),
  SHARE_GUESSES_PER_MINUTE: integer(1, 100_000)({ default: 60 }),
  UPDATE_INTERVAL_MS: integer(1, HOUR_MS)({ default: 5000 }),
  UPDATE_JITTER_MS: integer(0, HOUR_MS)({ default: 1000 }),
  UPDATE_IDLE_INTERVAL_MS: integer(1, HOUR_MS)({ default: 15_000 }),
  MAX_SPEED_KMH: decimal(1, 2000)({ default: 120 }),
  SUSTAINED_MAX_SPEED_KMH: decimal(1, 2000)({ default: 200 }),
  MAX_DISTANCE_KM: decimal(1, 20_100)({ default: 200 }),
  ACCEPT_MOCKED_FIXES: bool({ default: false }),
  MAX_ACCURACY_METERS: decimal(1, 100_000)({ default: 200 }),
  ARRIVAL_RADIUS_METERS: decimal(1, 100_000)({ default: 150 }),
  HIDE_START_METERS: decimal(0, 100_000)({ default: 0 }),
  STAGE_APPROACHING_SECONDS: integer(1, DAY_SECONDS)({ default: 300 }),
  STAGE_NEARBY_METERS: decimal(1, 100_000)({ default: 500 }),
  STAGE_DOOR_METERS: decimal(1, 100_000)({ default: 100 }),
  SIGNAL_LIVE_MS: integer(1, HOUR_MS)({ default: 20_000 }),
  SIGNAL_DELAYED_MS: integer(1, HOUR_MS)({ default: 60_000 }),
  POLL_INTERVAL_MS: integer(1, HOUR_MS)({ default: 5000 }),
  POLL_NEAR_INTERVAL_MS: integer(1, HOUR_MS)({ default: 3000 }),
  POLL_LOST_INTERVAL_MS: integer(1, HOUR_MS)({ default: 10_000 }),
  POLL_IDLE_INTERVAL_MS: integer(1, HOUR_MS)({ default: 30_000 }),
  ALERT_SIGNAL_LOST_MS: integer(1, HOUR_MS)({ default: 120_000 }),
  ALERT_SIGNAL_CLEAR_MS: integer(1, HOUR_MS)({ default: 60_000 }),
  ALERT_NOT_MOVING_MS: integer(1, HOUR_MS)({ default: 300_000 }),
  ALERT_LATE_MS: integer(0, DAY_SECONDS * 1000)({ default: 300_000 }),
  ALERT_LATE_FOR_MS: integer(1, HOUR_MS)({ default: 60_000 }),
  ALERT_NO_SHOW_MS: integer(1, DAY_SECONDS * 1000)({ default: 900_000 }),
};

/** The settings as one frozen object. Pure; throws a ConfigError that lists every invalid one. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const errors: string[] = [];
  // Shells and compose files write an unset variable as an empty one.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  // A plain copy, because envalid's own object throws when a rejected setting is read.
  const read = {
    ...cleanEnv(given, settings, {
      reporter: ({ errors: rejected }) => {
        for (const [name, error] of Object.entries(rejected))
          errors.push(`${name} ${reason(error, given[name])}`);
      },
    }),
  };
  const invalid = (name: keyof typeof settings) => errors.some((error) => error.startsWith(`${name} `));

  if (!read.AUTH_JWT_SECRET && !read.AUTH_JWKS_URL && !invalid('AUTH_JWKS_URL')) {
    errors.push('AUTH_JWT_SECRET or AUTH_JWKS_URL must be set: without either no token can be verified');
  }
  const production = read.NODE_ENV === 'production';
  for (const name of ['AUTH_JWT_SECRET', 'AUTH_JWT_SECRET_PREVIOUS'] as const) {
    const secret = read[name];
    if (production && secret && Buffer.byteLength(secret) < 32) {
      errors.push(`${name} must be at least 32 bytes in production (RFC 7518, 3.2)`);
    }
  }
  if (
    !invalid('SIGNAL_LIVE_MS') &&
    !invalid('SIGNAL_DELAYED_MS') &&
    read.SIGNAL_LIVE_MS >= read.SIGNAL_DELAYED_MS
  ) {
    errors.push('SIGNAL_LIVE_MS must be less than SIGNAL_DELAYED_MS');
  }
  if (
    !invalid('STAGE_DOOR_METERS') &&
    !invalid('STAGE_NEARBY_METERS') &&
    read.STAGE_DOOR_METERS > read.STAGE_NEARBY_METERS
  ) {
    errors.push('STAGE_DOOR_METERS must not be greater than STAGE_NEARBY_METERS');
  }
  const region = read.AWS_REGION ?? read.AWS_DEFAULT_REGION;
  if (read.EVENTS === 'eventbridge' && !region)
    errors.push('AWS_REGION (or AWS_DEFAULT_REGION) must be set when EVENTS is eventbridge');
  if (!invalid('ROUTER_URL') && read.ROUTER_URL?.kind === 'amazon' && !region)
    errors.push('AWS_REGION (or AWS_DEFAULT_REGION) must be set when ROUTER_URL is amazon');
  if (
    !invalid('ROUTER_TIMEOUT_MS') &&
    !invalid('ROUTER_INTERVAL_MS') &&
    read.ROUTER_TIMEOUT_MS >= read.ROUTER_INTERVAL_MS
  ) {
    errors.push('ROUTER_TIMEOUT_MS must be less than ROUTER_INTERVAL_MS: a call would outlast its turn');
  }
  if (
    !invalid('ROUTER_INTERVAL_MS') &&
    !invalid('ROUTER_FRESH_MS') &&
    read.ROUTER_INTERVAL_MS >= read.ROUTER_FRESH_MS
  ) {
    errors.push(
      'ROUTER_INTERVAL_MS must be less than ROUTER_FRESH_MS: an answer would be too old before the next one',
    );
  }
  if (errors.length > 0) throw new ConfigError(errors);

  return Object.freeze<Config>({
    production,
    http: {
      host: read.HOST,
      port: read.PORT,
      trustedDocumentsOnly: read.TRUSTED_DOCUMENTS_ONLY,
      corsOrigins: read.CORS_ORIGINS,
      requestsPerMinute: unlessOff(read.REQUESTS_PER_MINUTE),
      maxEventLoopDelayMs: unlessOff(read.MAX_EVENT_LOOP_DELAY_MS),
      // Elsewhere there is no load balancer, but somebody who pressed Ctrl-C and waits.
      drainDelayMs: read.DRAIN_DELAY_MS ?? (production ? 2500 : 0),
    },
    metrics: {
      // On by default only in production: several processes of a developer would compete for the port.
      port: unlessOff(read.METRICS_PORT ?? (production ? 9464 : 'off')),
      clientNames: read.CLIENT_NAMES,
    },
    redis: { url: read.REDIS_URL, timeoutMs: read.REDIS_TIMEOUT_MS },
    database: { url: read.DATABASE_URL, retentionDays: read.JOURNEY_RETENTION_DAYS },
    auth: {
      secrets: [read.AUTH_JWT_SECRET, read.AUTH_JWT_SECRET_PREVIOUS].filter((secret) => secret !== undefined),
      jwksUrl: read.AUTH_JWKS_URL,
      requireExp: read.AUTH_REQUIRE_EXP,
      issuer: read.AUTH_ISSUER,
      audience: read.AUTH_AUDIENCE,
      studentsClaim: read.AUTH_STUDENTS_CLAIM,
      shareGuessesPerMinute: read.SHARE_GUESSES_PER_MINUTE,
    },
    events: {
      mode: read.EVENTS,
      busName: read.EVENT_BUS_NAME,
      region,
      outboxMaxLength: read.OUTBOX_MAX_LENGTH,
    },
    router: read.ROUTER_URL
      ? {
          target: read.ROUTER_URL,
          region,
          intervalMs: read.ROUTER_INTERVAL_MS,
          timeoutMs: read.ROUTER_TIMEOUT_MS,
        }
      : null,
    tracing: readTracing(read),
    log: { level: read.LOG_LEVEL },
    policy: {
      journeyTtlMs: read.JOURNEY_TTL_SECONDS * 1000,
      locationTtlMs: read.LOCATION_TTL_SECONDS * 1000,
      endedTtlMs: read.ENDED_TTL_SECONDS * 1000,
      sessionMetaTtlMs: read.SESSION_META_TTL_SECONDS * 1000,
      shareAfterEndMs: read.SHARE_AFTER_END_SECONDS * 1000,
      updateIntervalMs: read.UPDATE_INTERVAL_MS,
      updateJitterMs: read.UPDATE_JITTER_MS,
      updateIdleIntervalMs: read.UPDATE_IDLE_INTERVAL_MS,
      maxSpeedKmh: read.MAX_SPEED_KMH,
      // What one fix may prove, several in a row may prove as well.
      sustainedMaxSpeedKmh: Math.max(read.MAX_SPEED_KMH, read.SUSTAINED_MAX_SPEED_KMH),
      maxDistanceKm: read.MAX_DISTANCE_KM,
      acceptMockedFixes: read.ACCEPT_MOCKED_FIXES,
      maxAccuracyMeters: read.MAX_ACCURACY_METERS,
      arrivalRadiusMeters: read.ARRIVAL_RADIUS_METERS,
      hideStartMeters: read.HIDE_START_METERS,
      stageApproachingSeconds: read.STAGE_APPROACHING_SECONDS,
      stageNearbyMeters: read.STAGE_NEARBY_METERS,
      stageDoorMeters: read.STAGE_DOOR_METERS,
      signalLiveMs: read.SIGNAL_LIVE_MS,
      signalDelayedMs: read.SIGNAL_DELAYED_MS,
      routerFreshMs: read.ROUTER_FRESH_MS,
      pollIntervalMs: read.POLL_INTERVAL_MS,
      pollNearIntervalMs: read.POLL_NEAR_INTERVAL_MS,
      pollLostIntervalMs: read.POLL_LOST_INTERVAL_MS,
      pollIdleIntervalMs: read.POLL_IDLE_INTERVAL_MS,
      alertSignalLostMs: read.ALERT_SIGNAL_LOST_MS,
      alertSignalClearMs: read.ALERT_SIGNAL_CLEAR_MS,
      alertNotMovingMs: read.ALERT_NOT_MOVING_MS,
      alertLateMs: read.ALERT_LATE_MS,
      alertLateForMs: read.ALERT_LATE_FOR_MS,
      alertNoShowMs: read.ALERT_NO_SHOW_MS,
    },
  });
}

/** As in the OpenTelemetry specification, except for the ratio of polls. */
function readTracing(read: {
  readonly OTEL_SDK_DISABLED: boolean;
  readonly OTEL_TRACES_EXPORTER: 'otlp' | 'none' | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: string | undefined;
  readonly OTEL_TRACES_SAMPLER: (typeof samplers)[number];
  readonly OTEL_TRACES_SAMPLER_ARG: number;
}): TracingConfig {
  const hasEndpoint = Boolean(read.OTEL_EXPORTER_OTLP_ENDPOINT ?? read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  const exporter = read.OTEL_TRACES_EXPORTER ?? (hasEndpoint ? 'otlp' : 'none');
  const sampler = read.OTEL_TRACES_SAMPLER;
  const ratios = { always_on: 1, always_off: 0, traceidratio: read.OTEL_TRACES_SAMPLER_ARG };
  const kind = sampler.replace('parentbased_', '') as keyof typeof ratios;
  return {
    on: exporter === 'otlp' && !read.OTEL_SDK_DISABLED,
    ratio: ratios[kind],
    pollRatio: kind === 'always_on' ? 1 : POLL_RATIO,
    parentBased: sampler.startsWith('parentbased_'),
  };
}

const unlessOff = (value: number | 'off'): number | null => (value === 'off' ? null : value);

/** What is wrong with a value, without the value. */
function reason(error: Error | undefined, value: string | undefined): string {
  if (value === undefined) return 'must be set';
  const message = error?.message ?? 'is not valid';
  // envalid's own message about `choices` quotes the value.
  const choices = /not in choices \[(.*)\]/.exec(message);
  return choices ? `must be one of ${choices[1]}` : message;
}
