import { ConfigError, readConfig } from '../../src/config/readConfig';

const good = { DATABASE_URL: 'postgres://user:pass@db:5432/journeys', AUTH_JWT_SECRET: 'a secret' };

const errorsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.errors;
    throw error;
  }
  return [];
};

describe('The settings', () => {
  it('have the defaults of the policy', () => {
    expect(readConfig(good)).toMatchObject({
      http: { port: 4000 },
      redis: { timeoutMs: 1000 },
      events: { mode: 'log', busName: 'application-events' },
      database: { retentionDays: 400 },
      policy: {
        journeyTtlMs: 3_600_000,
        locationTtlMs: 300_000,
        endedTtlMs: 300_000,
        sessionMetaTtlMs: 3_600_000,
        shareAfterEndMs: 300_000,
        updateIntervalMs: 5000,
        updateJitterMs: 1000,
        updateIdleIntervalMs: 15_000,
        maxSpeedKmh: 120,
        maxAccuracyMeters: 200,
        arrivalRadiusMeters: 150,
        signalLiveMs: 20_000,
        signalDelayedMs: 60_000,
        pollIntervalMs: 5000,
        pollNearIntervalMs: 3000,
        pollLostIntervalMs: 10_000,
        pollIdleIntervalMs: 30_000,
        sustainedMaxSpeedKmh: 200,
        maxDistanceKm: 200,
        acceptMockedFixes: false,
        alertSignalLostMs: 120_000,
        alertSignalClearMs: 60_000,
        alertNotMovingMs: 300_000,
        alertLateMs: 300_000,
        alertLateForMs: 60_000,
        alertNoShowMs: 900_000,
      },
    });
  });

  it('name every bad one at once, and no value', () => {
    const errors = errorsOf({
      PORT: '70000',
      REDIS_URL: 'http://user:hunter2@cache',
      JOURNEY_RETENTION_DAYS: '0',
      JOURNEY_TTL_SECONDS: '1h',
      EVENTS: 'kafka-hunter2',
      LOG_LEVEL: 'loud',
      MAX_SPEED_KMH: '-3',
      ALERT_LATE_FOR_MS: '1 min',
      AUTH_JWKS_URL: 'http://keys.example/hunter2',
      AUTH_STUDENTS_CLAIM: 'sub',
    });
    const named = errors.map((error) => error.split(' ')[0]).sort();
    expect(named).toEqual([
      'ALERT_LATE_FOR_MS',
      'AUTH_JWKS_URL',
      'AUTH_STUDENTS_CLAIM',
      'DATABASE_URL',
      'EVENTS',
      'JOURNEY_RETENTION_DAYS',
      'JOURNEY_TTL_SECONDS',
      'LOG_LEVEL',
      'MAX_SPEED_KMH',
      'PORT',
      'REDIS_URL',
    ]);
    expect(errors.join()).not.toContain('hunter2');
  });

  it('want a way to verify tokens, and over a channel that nobody can forge', () => {
    expect(errorsOf({ DATABASE_URL: good.DATABASE_URL })).toEqual([
      expect.stringContaining('AUTH_JWT_SECRET or AUTH_JWKS_URL'),
    ]);
    for (const url of ['https://id.example/keys', 'http://localhost:9/keys', 'http://127.0.0.1:9/keys']) {
      expect(errorsOf({ DATABASE_URL: good.DATABASE_URL, AUTH_JWKS_URL: url })).toEqual([]);
    }
  });

  it('want a long secret in production, a region for EventBridge, and signals in order', () => {
    expect(errorsOf({ ...good, NODE_ENV: 'production' })).toEqual([expect.stringContaining('32 bytes')]);
    expect(errorsOf({ ...good, EVENTS: 'eventbridge' })).toEqual([expect.stringContaining('AWS_REGION')]);
    expect(errorsOf({ ...good, SIGNAL_LIVE_MS: '60000' })).toEqual([
      expect.stringContaining('SIGNAL_LIVE_MS'),
    ]);
  });

  it('let several fixes prove at least what one may, and refuse numbers and words that are neither', () => {
    const { policy } = readConfig({ ...good, MAX_SPEED_KMH: '250' });
    expect(policy).toMatchObject({ maxSpeedKmh: 250, sustainedMaxSpeedKmh: 250 });
    expect(readConfig({ ...good, ACCEPT_MOCKED_FIXES: 'true' }).policy.acceptMockedFixes).toBe(true);
    const bad = { SUSTAINED_MAX_SPEED_KMH: '0', MAX_DISTANCE_KM: 'far', ACCEPT_MOCKED_FIXES: 'perhaps' };
    expect(
      errorsOf({ ...good, ...bad })
        .map((error) => error.split(' ')[0])
        .sort(),
    ).toEqual(Object.keys(bad).sort());
  });

  it.each([
    'redis://host',
    'redis://host:6380/2',
    'rediss://user:p%40ss@host:6379',
    'redis-cluster://a:1,b:2',
    'redis:///run/redis.sock',
  ])('take the Redis address %s', (url) => expect(errorsOf({ ...good, REDIS_URL: url })).toEqual([]));

  it('take the address of a router, or none', () => {
    expect(readConfig(good).router).toBeNull();
    expect(readConfig({ ...good, ROUTER_URL: 'osrm+https://router.example/car/' }).router).toEqual({
      target: { kind: 'osrm', base: 'https://router.example/car' },
      region: undefined,
      intervalMs: 30_000,
      timeoutMs: 2000,
    });
    expect(readConfig({ ...good, ROUTER_URL: 'osrm+http://127.0.0.1:5000' }).router?.target).toEqual({
      kind: 'osrm',
      base: 'http://127.0.0.1:5000',
    });
    const amazon = readConfig({ ...good, ROUTER_URL: 'amazon', AWS_DEFAULT_REGION: 'eu-central-1' });
    expect(amazon.router).toMatchObject({ target: { kind: 'amazon' }, region: 'eu-central-1' });
    expect(readConfig(good).policy.routerFreshMs).toBe(180_000);
  });

  it.each([
    'https://router.example',
    'osrm+ftp://host',
    'osrm+https://',
    'osrm+https://user:hunter2@host',
    'osrm+https://h?key=hunter2',
    'Amazon',
  ])('refuse the router address %s without repeating it', (url) => {
    const errors = errorsOf({ ...good, ROUTER_URL: url, PORT: '70000' });
    expect(errors).toHaveLength(2);
    expect(errors.join()).toContain('ROUTER_URL must');
    expect(errors.join()).not.toContain('hunter2');
  });

  it("want a region for Amazon's router, and the router's times in order", () => {
    expect(errorsOf({ ...good, ROUTER_URL: 'amazon' })).toEqual([expect.stringContaining('AWS_REGION')]);
    expect(errorsOf({ ...good, ROUTER_INTERVAL_MS: '2000' })).toEqual([
      expect.stringContaining('ROUTER_TIMEOUT_MS must be less'),
    ]);
    expect(errorsOf({ ...good, ROUTER_FRESH_MS: '30000' })).toEqual([
      expect.stringContaining('ROUTER_INTERVAL_MS must be less'),
    ]);
  });

  it('take an empty variable as unset, and are frozen', () => {
    const config = readConfig({ ...good, PORT: '', AUTH_JWKS_URL: '' });
    expect(config.http.port).toBe(4000);
    expect(Object.isFrozen(config)).toBe(true);
  });
});
