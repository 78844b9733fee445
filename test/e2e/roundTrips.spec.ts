import { FAULT_SETTINGS, retryWhileUnavailable } from '../faults/scenes';
import { FaultProxy } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';
import { metersFromHome, TestService, type Booking, type GraphQLAnswer } from '../support/service';

describe('Round trips to Redis', () => {
  let proxy: FaultProxy;
  let service: TestService;
  let bookings: Booking[];
  beforeAll(async () => {
    proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    service = await TestService.start({ ...FAULT_SETTINGS, REDIS_URL: proxy.redisUrl });
    bookings = await Promise.all(
      Array.from({ length: 50 }, () => service.book({ studentId: 'student-of-all' })),
    );
    // The first requests may meet stores to which the service has no connection yet.
    for (const { trainer, id } of bookings) await retryWhileUnavailable(() => trainer.start(id, 'once'));
    // From here on Redis knows the scripts.
    const { trainer, student, id } = bookings[0]!;
    expect((await trainer.update(id, { ...metersFromHome(900), accuracy: 50 })).errors).toBeUndefined();
    expect((await student.poll(id)).errors).toBeUndefined();
  });
  afterAll(async () => {
    await service.stop();
    await proxy.stop();
  });

  /** Writes to Redis about a session or a trainer; watchdog and relays go on meanwhile, and name neither. */
  async function roundTrips(ask: () => Promise<GraphQLAnswer>): Promise<number> {
    let count = 0;
    const counts = (request: Buffer): boolean => {
      if (request.includes('session-') || request.includes('trainer-')) count += 1;
      return false;
    };
    proxy.inject({ kind: 'hold', when: counts });
    const answer = await ask();
    proxy.heal();
    expect(answer.errors).toBeUndefined();
    return count;
  }

  it('takes a poll one, while the journey is active', async () => {
    const { student, trainer, id } = bookings[0]!;
    expect(await roundTrips(() => student.poll(id))).toBe(1);
    expect(await roundTrips(() => trainer.poll(id))).toBe(1);
  });

  it('takes a poll with the trail, stage, ETA and alerts one too', async () => {
    const { student, id } = bookings[0]!;
    const document = `query ($id: ID!, $after: Int) {
      liveLocation(sessionId: $id) { stage eta { arrivesAt } alerts trail(afterVersion: $after) { version } }
    }`;
    expect(await roundTrips(() => student.ask(document, { id }))).toBe(1);
    expect(await roundTrips(() => student.ask(document, { id, after: 2 }))).toBe(1);
  });

  it('takes fifty polls in one request one', async () => {
    // Reads of an operator would go to the access log, in a write of their own that names the sessions.
    const { student } = bookings[0]!;
    const document = 'query ($ids: [ID!]!) { liveLocations(sessionIds: $ids) { isActive } }';
    const ids = bookings.map(({ id }) => id);
    expect(await roundTrips(() => student.ask(document, { ids }))).toBe(1);
  });

  it('takes an update two at most: its rate, and the step itself', async () => {
    const { trainer, id } = bookings[0]!;
    const fix = { ...metersFromHome(890), accuracy: 50 };
    // The service asks Redis for its time once in 10 s, which only one of two updates in a row can meet.
    const fewest = async (ask: () => Promise<GraphQLAnswer>): Promise<number> =>
      Math.min(await roundTrips(ask), await roundTrips(ask));
    expect(await fewest(() => trainer.update(id, fix))).toBe(2);
    expect(await fewest(() => trainer.updateBatch(id, [fix, fix]))).toBe(2);
  });
});
