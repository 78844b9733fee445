import { RouterError } from '../../src/domain/router';
import { OsrmRouter } from '../../src/router/osrmRouter';
import { OsrmStandIn, type OsrmFault } from '../support/osrm';

const FROM = { latitude: 52.501234, longitude: 13.405678 };
const HOME = { latitude: 52.52, longitude: -13.4 };
/** Any part of a place that an error could repeat. */
const PLACE = /52\.5|13\.4/;

describe("OSRM's HTTP API", () => {
  let osrm: OsrmStandIn;
  beforeEach(async () => {
    osrm = await OsrmStandIn.start();
  });
  afterEach(() => osrm.stop());

  const ask = (signal = AbortSignal.timeout(5000)) =>
    new OsrmRouter(osrm.url).travelSeconds(FROM, HOME, signal);
  const failureOf = async (asked: Promise<unknown>): Promise<RouterError> => {
    const error = await asked.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(error instanceof RouterError)) throw new Error(`not a RouterError: ${String(error)}`);
    return error;
  };

  it('is asked for the travel time from the fix to the home, and given nothing else', async () => {
    osrm.travelSeconds = () => 754.3;
    await expect(ask()).resolves.toBe(754.3);
    expect(osrm.requests).toHaveLength(1);
    const { method, path, headers } = osrm.requests[0]!;
    expect([method, path]).toEqual([
      'GET',
      '/osrm/route/v1/driving/13.405678,52.501234;-13.4,52.52?overview=false',
    ]);
    expect(Object.keys(headers).sort()).toEqual(
      [
        'accept',
        'accept-encoding',
        'accept-language',
        'connection',
        'host',
        'sec-fetch-mode',
        'user-agent',
      ].sort(),
    );
  });

  it('may know no road there, which is an answer and not a failure', async () => {
    osrm.fault = 'noRoute';
    await expect(ask()).resolves.toBeNull();
  });

  it.each<[OsrmFault, string, string]>([
    ['error', 'REFUSED', 'HTTP 500'],
    ['unauthorized', 'REFUSED', 'HTTP 403'],
    ['redirect', 'REFUSED', 'HTTP 302'],
    ['garbage', 'INVALID', 'no answer of OSRM'],
    ['otherJson', 'INVALID', 'no travel time'],
    ['negative', 'INVALID', 'no travel time'],
    ['huge', 'INVALID', 'the answer is too long'],
    ['cut', 'UNREACHABLE', 'UND_ERR_SOCKET'],
  ])('fails by %s as %s', async (fault, failure, reason) => {
    osrm.fault = fault;
    const error = await failureOf(ask());
    expect(error).toMatchObject({ failure, reason });
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toMatch(PLACE);
    // It follows no redirect.
    expect(osrm.requests).toHaveLength(1);
  });

  it.each<OsrmFault>(['hang', 'hangInBody'])(
    'is given up at the deadline when it answers by %s',
    async (fault) => {
      osrm.fault = fault;
      const error = await failureOf(ask(AbortSignal.timeout(100)));
      expect(error.failure).toBe('TIMEOUT');
      expect(`${error.message} ${error.stack}`).not.toMatch(PLACE);
    },
  );

  it('is unreachable when nobody listens', async () => {
    const router = new OsrmRouter(osrm.url);
    await osrm.stop();
    const error = await failureOf(router.travelSeconds(FROM, HOME, AbortSignal.timeout(5000)));
    expect(error).toMatchObject({ failure: 'UNREACHABLE', reason: 'ECONNREFUSED' });
    expect(`${error.message} ${error.stack}`).not.toMatch(PLACE);
  });
});
