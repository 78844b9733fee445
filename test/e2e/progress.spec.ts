import { EventBridgeStandIn } from '../support/eventBridge';
import { HOME, metersFromHome, TestService, type Actor, type Booking } from '../support/service';
import { eventually } from '../faults/eventually';

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const SECOND = 1000;
const SETTINGS = {
  UPDATE_INTERVAL_MS: '1',
  UPDATE_JITTER_MS: '60000',
};

const POLL = `query ($id: ID!, $after: Int = 0) {
  liveLocation(sessionId: $id) {
    state version signal distanceMeters pollAfterMs stage correctedAt
    location { latitude longitude }
    eta { arrivesAt earliestAt latestAt source computedAt }
    trail(afterVersion: $after) { version latitude longitude capturedAt }
  }
}`;

const poll = async (viewer: Actor, id: string, after?: number) => {
  const { data, errors } = await viewer.ask(POLL, { id, after });
  expect(errors).toBeUndefined();
  return data.liveLocation;
};

/** A journey that began two hours ago, so that fixes of the last minutes are of it. */
async function begun(service: TestService): Promise<Booking> {
  const booking = await service.book();
  expect((await booking.trainer.start(booking.id)).errors).toBeUndefined();
  await service.redis.hset(service.keys.active(booking.id), 'startedAt', Date.now() - 7_200_000);
  return booking;
}

/** A fix so many metres from home, taken so many seconds ago. */
const fixAt = (meters: number, secondsAgo: number) => ({
  ...metersFromHome(meters),
  accuracy: 5,
  capturedAt: iso(Date.now() - secondsAgo * SECOND),
});

const send = async ({ trainer, id }: Booking, ...fixes: object[]): Promise<void> => {
  const { data, errors } = await trainer.updateBatch(id, fixes);
  expect(errors).toBeUndefined();
  for (const { status } of data.updateLocations.results) expect(status).toBe('ACCEPTED');
};

describe('The progress of a journey', () => {
  let bus: EventBridgeStandIn;
  let service: TestService;
  beforeAll(async () => {
    bus = await EventBridgeStandIn.start();
    Object.assign(process.env, bus.environment);
    service = await TestService.start({ ...SETTINGS, ...bus.environment, EVENTS: 'eventbridge' });
  });
  afterAll(async () => {
    await service.stop();
    await bus.stop();
  });

  const eventsOf = (id: string) => bus.deliveries.filter(({ detail }) => detail.sessionId === id);

  it('reaches each stage by two fixes in a row, once, and notifies subscribers in order', async () => {
    const booking = await begun(service);
    const { student, id, trainer } = booking;
    const stage = async () => (await poll(student, id)).stage as string;
    expect(await stage()).toBe('ON_THE_WAY');
    await send(booking, fixAt(5000, 200));
    await send(booking, fixAt(2000, 60));
    expect(await stage()).toBe('ON_THE_WAY');
    await send(booking, fixAt(1990, 59));
    expect(await stage()).toBe('APPROACHING');
    // Back at a distance that satisfies no stage: it only grows.
    await send(booking, fixAt(2500, 40), fixAt(2500, 39));
    expect(await stage()).toBe('APPROACHING');
    // The location expires, and with it what the fix before satisfied.
    await service.redis.del(service.keys.location(trainer.id, id));
    await send(booking, fixAt(90, 1.5));
    expect(await stage()).toBe('APPROACHING');
    await send(booking, fixAt(89, 0.7));
    expect(await stage()).toBe('AT_THE_DOOR');
    // A repeat reaches nothing again.
    await trainer.updateBatch(id, [fixAt(90, 1.5)]);
    await trainer.arrive(id);
    expect(await poll(student, id)).toMatchObject({ state: 'ARRIVED', stage: null, eta: null, trail: [] });

    await eventually('the end is delivered', async () => eventsOf(id).length === 4);
    const events = eventsOf(id).map(({ type, detail }) => [type, detail.sequence, detail.stage]);
    expect(events).toEqual([
      ['TrainerJourneyStarted', 1, undefined],
      ['TrainerJourneyStageReached', 2, 'APPROACHING'],
      ['TrainerJourneyStageReached', 3, 'AT_THE_DOOR'],
      ['TrainerJourneyEnded', 4, undefined],
    ]);
    for (const { detail } of eventsOf(id)) {
      expect(detail.eventId).toBe(`${detail.journeyId}:${detail.sequence}`);
      expect(JSON.stringify(detail)).not.toMatch(/latitude|longitude|52\.5/);
    }
  });

  it('reaches the stages of a batch in one step, and once only when two processes race', async () => {
    const booking = await begun(service);
    const batch = [fixAt(1500, 60), fixAt(1450, 55), fixAt(450, 20), fixAt(440, 15)];
    await Promise.all([
      booking.trainer.updateBatch(booking.id, batch),
      booking.trainer.updateBatch(booking.id, batch),
    ]);
    expect((await poll(booking.student, booking.id)).stage).toBe('NEARBY');
    await booking.trainer.stop(booking.id);
    await eventually('the end is delivered', async () => eventsOf(booking.id).length === 4);
    expect(eventsOf(booking.id).map(({ detail }) => detail.stage ?? detail.reason)).toEqual([
      undefined,
      'APPROACHING',
      'NEARBY',
      'STOPPED',
    ]);
  });

  it('counts the two fixes of a stage anew after a takeover, and shows operators when the marker was corrected', async () => {
    const booking = await begun(service);
    const operator = await service.actor('operator-1', 'operator');
    await send(booking, fixAt(400, 60));
    // The first fix was wrong: the trainer is 9 km away.
    const statuses = async (fix: object) =>
      (await booking.trainer.updateBatch(booking.id, [fix])).data.updateLocations.results[0].status as string;
    expect(await statuses(fixAt(9000, 50))).toBe('REJECTED');
    expect(await poll(operator, booking.id)).toMatchObject({ correctedAt: null });
    const before = Date.now();
    expect(await statuses(fixAt(8950, 45))).toBe('ACCEPTED');
    const { correctedAt, stage } = await poll(operator, booking.id);
    expect(Date.parse(correctedAt)).toBeGreaterThanOrEqual(before - 1000);
    expect(stage).toBe('ON_THE_WAY');
    expect((await poll(booking.student, booking.id)).correctedAt).toBeNull();
  });

  it('expects the trainer by the distance, changes that only when it differs noticeably, and never promises the next minute', async () => {
    const booking = await begun(service);
    const { student, id } = booking;
    expect((await poll(student, id)).eta).toBeNull();
    await send(booking, fixAt(10_000, 1));
    const { eta } = await poll(student, id);
    const seconds = 1.94 * 10_100 ** 0.654;
    const inSeconds = (time: string): number => (Date.parse(time) - Date.parse(eta.computedAt)) / SECOND + 1;
    expect(eta.source).toBe('ESTIMATE');
    expect(Math.abs(inSeconds(eta.arrivesAt) - seconds)).toBeLessThan(2);
    expect(Math.abs(inSeconds(eta.earliestAt) - seconds * 0.66)).toBeLessThan(2);
    expect(Math.abs(inSeconds(eta.latestAt) - seconds * 1.69)).toBeLessThan(2);
    // A minute less is not 25 % of what is left.
    await send(booking, fixAt(9990, 0.5));
    expect((await poll(student, id)).eta).toEqual(eta);
    await service.redis.del(service.keys.location(booking.trainer.id, id));
    expect((await poll(student, id)).eta).toBeNull();
    await send(booking, fixAt(1, 0));
    const askedAt = Date.now();
    const near = await poll(student, id);
    // Redis and this process read the clock one after the other, and in whole milliseconds.
    expect(Date.parse(near.eta.arrivesAt) - askedAt).toBeGreaterThanOrEqual(60_000 - 5);
  });

  it('leaves a trail of steps of 25 m, of which a poll takes what it has not seen, until the journey ends', async () => {
    const booking = await begun(service);
    const { student, id } = booking;
    await send(booking, fixAt(3000, 60));
    await send(booking, fixAt(2990, 50));
    await send(booking, fixAt(2900, 40), fixAt(2850, 35), fixAt(2840, 30));
    const { trail, version } = await poll(student, id);
    expect(trail.map((point: { version: number }) => point.version)).toEqual([2, 4, 4]);
    expect(trail[2].latitude).toBeCloseTo(metersFromHome(2850).latitude, 6);
    expect(trail[2].longitude).toBeCloseTo(HOME.longitude, 6);
    expect(Date.parse(trail[2].capturedAt)).toBeLessThan(Date.now() - 30 * SECOND);
    expect((await poll(student, id, version)).trail).toEqual([]);
    expect((await poll(student, id, 2)).trail).toEqual(trail.slice(1));
    const key = service.keys.trail(id);
    expect(await service.redis.exists(key)).toBe(1);
    await booking.trainer.stop(id);
    expect(await service.redis.exists(key)).toBe(0);
  });

  it('keeps the newest 240 points of the trail, of at most 24 bytes each, beside at most 2.0 kB for the journey', async () => {
    const booking = await begun(service);
    for (let part = 0; part < 3; part += 1) {
      const fixes = Array.from({ length: 100 }, (_, at) => {
        const step = part * 100 + at;
        return fixAt(9000 - step * 28, 650 - step * 2);
      });
      await send(booking, ...fixes);
    }
    const { trail } = await poll(booking.student, booking.id);
    expect(trail).toHaveLength(240);
    const { keys, redis } = service;
    const usage = async (key: string): Promise<number> => Number(await redis.memory('USAGE', key));
    expect((await usage(keys.trail(booking.id))) / 240).toBeLessThanOrEqual(24);
    const others = [
      keys.active(booking.id),
      keys.location(booking.trainer.id, booking.id),
      keys.meta(booking.id),
    ];
    const bytes = (await Promise.all(others.map(usage))).reduce((sum, one) => sum + one, 0);
    expect(bytes).toBeLessThanOrEqual(2000);
  });

  it('does not keep where a journey began, as no setting hides it', async () => {
    const booking = await begun(service);
    await send(booking, fixAt(3000, 100));
    await booking.trainer.updateBatch(booking.id, [fixAt(20_000, 50), fixAt(19_990, 45)]);
    const { keys, redis } = service;
    expect(await redis.hmget(keys.active(booking.id), 'version', 'origin')).toEqual(['3', null]);
  });
});

describe('With HIDE_START_METERS', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ...SETTINGS, HIDE_START_METERS: '300' });
  });
  afterAll(() => service.stop());

  it('students do not see where the journey began; the trainer and operators do', async () => {
    const booking = await begun(service);
    const { student, trainer, id } = booking;
    const operator = await service.actor('operator-1', 'operator');
    await send(booking, fixAt(3000, 100), fixAt(2800, 90));
    expect(await poll(student, id)).toMatchObject({
      location: null,
      distanceMeters: null,
      trail: [],
      signal: 'LOST',
      stage: 'ON_THE_WAY',
      eta: { source: 'ESTIMATE' },
    });
    for (const viewer of [trainer, operator]) {
      const seen = await poll(viewer, id);
      expect([seen.distanceMeters, seen.trail.length]).toEqual([2800, 2]);
    }
    await send(booking, fixAt(2600, 80), fixAt(2500, 1));
    const seen = await poll(student, id);
    expect([seen.distanceMeters, seen.signal]).toEqual([2500, 'LIVE']);
    expect(seen.trail).toHaveLength(2);
  });

  it('students see the start where it is near their home, and neither of two starts of which a takeover chose one', async () => {
    const near = await begun(service);
    await send(near, fixAt(250, 5));
    expect(await poll(near.student, near.id)).toMatchObject({ distanceMeters: 250 });

    const corrected = await begun(service);
    await send(corrected, fixAt(20_000, 60));
    await corrected.trainer.updateBatch(corrected.id, [fixAt(5000, 50), fixAt(4990, 45)]);
    const seen = await poll(corrected.student, corrected.id);
    expect([seen.version, seen.location, seen.trail]).toEqual([3, null, []]);
  });
});
