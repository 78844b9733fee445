import { type ConfigError, readConfig } from '../../src/config/readConfig';

const SECRET = 'a secret of these tests, long enough for HS256';
const given = { DATABASE_URL: 'postgres://127.0.0.1/journey', AUTH_JWT_SECRET: SECRET };
const read = (env: Record<string, string> = {}) => readConfig({ ...given, ...env });

function errorsOf(env: Record<string, string>): readonly string[] {
  try {
    read(env);
  } catch (error) {
    return (error as ConfigError).errors;
  }
  return [];
}

describe('Settings of serving, limits, metrics and traces', () => {
  it('wait for a balancer and serve metrics in production, and neither elsewhere, unless they are set', () => {
    expect(read()).toMatchObject({ http: { drainDelayMs: 0 }, metrics: { port: null } });
    const production = { NODE_ENV: 'production' };
    expect(read(production)).toMatchObject({ http: { drainDelayMs: 2500 }, metrics: { port: 9464 } });
    const explicit = { DRAIN_DELAY_MS: '0', METRICS_PORT: 'off' };
    expect(read({ ...production, ...explicit })).toMatchObject({
      http: { drainDelayMs: 0 },
      metrics: { port: null },
    });
    expect(read({ METRICS_PORT: '9999' }).metrics.port).toBe(9999);
  });

  it.each(['0', 'off'])('take %s for no limit', (off) => {
    const { http } = read({ REQUESTS_PER_MINUTE: off, MAX_EVENT_LOOP_DELAY_MS: off });
    expect(http).toMatchObject({ requestsPerMinute: null, maxEventLoopDelayMs: null });
  });

  it('limit by default', () => {
    expect(read().http).toMatchObject({ requestsPerMinute: 600, maxEventLoopDelayMs: 200, corsOrigins: [] });
  });

  it('take origins as browsers send them, and name every bad one at once', () => {
    const { http } = read({ CORS_ORIGINS: 'https://app.example.com, http://localhost:3000' });
    expect(http.corsOrigins).toEqual(['https://app.example.com', 'http://localhost:3000']);
    for (const bad of ['*', 'app.example.com', 'https://app.example.com/', 'https://a.example,', 'null']) {
      expect(errorsOf({ CORS_ORIGINS: bad, METRICS_PORT: 'x', REQUESTS_PER_MINUTE: '-1' })).toEqual([
        expect.stringMatching(/^CORS_ORIGINS must be origins/),
        expect.stringMatching(/^REQUESTS_PER_MINUTE must be a whole number from 1 to 1000000, or off/),
        expect.stringMatching(/^METRICS_PORT must be a whole number from 1 to 65535, or off/),
      ]);
    }
  });

  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  it.each<[string, Record<string, string>, object]>([
    ['are off', {}, { on: false }],
    ['are on with an endpoint', endpoint, { on: true, ratio: 1, pollRatio: 0.01, parentBased: false }],
    ['are on for otlp', { OTEL_TRACES_EXPORTER: 'otlp' }, { on: true }],
    ['are off for none', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, { on: false }],
    ['are off when disabled', { ...endpoint, OTEL_SDK_DISABLED: 'true' }, { on: false }],
    ['take a share', { ...endpoint, OTEL_TRACES_SAMPLER_ARG: '0.2' }, { ratio: 0.2 }],
    ['take everything', { OTEL_TRACES_SAMPLER: 'always_on' }, { ratio: 1, pollRatio: 1 }],
    ['take nothing', { OTEL_TRACES_SAMPLER: 'always_off' }, { ratio: 0 }],
    [
      'follow callers',
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' },
      { parentBased: true, pollRatio: 0.01 },
    ],
  ])('traces %s', (_, env, expected) => {
    expect(read(env).tracing).toMatchObject(expected);
  });
});
