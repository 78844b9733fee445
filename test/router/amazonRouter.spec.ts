import { RouterError } from '../../src/domain/router';
import { AmazonRouter } from '../../src/router/amazonRouter';
import { eventually } from '../faults/eventually';
import { AmazonRoutesStandIn, type AmazonFault } from '../support/amazonRoutes';

const FROM = { latitude: 52.501234, longitude: 13.405678 };
const HOME = { latitude: 52.52, longitude: -13.4 };

describe('Amazon Location Routes', () => {
  const before = { ...process.env };
  let amazon: AmazonRoutesStandIn;
  let router: AmazonRouter;
  beforeEach(async () => {
    amazon = await AmazonRoutesStandIn.start();
    Object.assign(process.env, amazon.environment);
    router = new AmazonRouter('eu-central-1');
  });
  afterEach(async () => {
    router.close();
    await amazon.stop();
    process.env = { ...before };
  });

  const ask = (signal = AbortSignal.timeout(5000)) => router.travelSeconds(FROM, HOME, signal);

  it('is asked for the travel time of a car from the fix to the home, and given nothing else', async () => {
    amazon.travelSeconds = 754;
    await expect(ask()).resolves.toBe(754);
    expect(amazon.calls).toHaveLength(1);
    const { path, region, body } = amazon.calls[0]!;
    expect(path).toMatch(/\/routes$/);
    expect(region).toBe('eu-central-1');
    expect(body).toEqual({
      Origin: [13.405678, 52.501234],
      Destination: [-13.4, 52.52],
      TravelMode: 'Car',
      DepartNow: true,
      LegGeometryFormat: 'FlexiblePolyline',
      LegAdditionalFeatures: ['Summary'],
    });
  });

  it('may know no road there, which is an answer and not a failure', async () => {
    amazon.fault = 'noRoute';
    await expect(ask()).resolves.toBeNull();
  });

  it.each<[AmazonFault, string, RegExp]>([
    ['error', 'REFUSED', /^InternalServerException$/],
    ['denied', 'REFUSED', /^AccessDeniedException$/],
    ['garbage', 'INVALID', /^SyntaxError$/],
    ['noSummary', 'INVALID', /^no travel time$/],
    ['cut', 'UNREACHABLE', /^(Error|TimeoutError)$/],
    ['hang', 'TIMEOUT', /^aborted$/],
  ])('fails by %s as %s, after one call and without a word of the answer', async (fault, failure, reason) => {
    amazon.fault = fault;
    const deadline = new AbortController();
    const asked = ask(fault === 'hang' ? deadline.signal : undefined).catch((error: unknown) => error);
    await eventually('it has been asked', () => amazon.calls.length > 0);
    deadline.abort();
    const error: unknown = await asked;
    expect(error).toBeInstanceOf(RouterError);
    expect(error).toMatchObject({ failure, reason: expect.stringMatching(reason) });
    const { message, stack, cause } = error as Error;
    expect(`${message} ${stack} ${String(cause)}`).not.toContain('52.5');
    expect(amazon.calls).toHaveLength(1);
  });
});
