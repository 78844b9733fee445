import { eventually } from '../faults/eventually';
import { metersFromHome, TestService, type Actor, type Booking } from '../support/service';

/** Short enough to wait for; every fix of the tests is accepted, however soon it follows another. */
const SETTINGS = {
  UPDATE_INTERVAL_MS: '1',
  UPDATE_JITTER_MS: '60000',
  MAX_SPEED_KMH: '2000',
  SIGNAL_LIVE_MS: '1500',
  ALERT_SIGNAL_LOST_MS: '2000',
  ALERT_SIGNAL_CLEAR_MS: '1000',
  ALERT_NOT_MOVING_MS: '3000',
  ALERT_LATE_MS: '1000',
  ALERT_LATE_FOR_MS: '1500',
};
/** Of the second from one sweep to the next, and of what a busy machine needs. */
const LATEST_MS = 5000;

const alertsOf = async (viewer: Actor, id: string): Promise<string[]> => {
  const { data } = await viewer.ask('query ($id: ID!) { liveLocation(sessionId: $id) { alerts } }', { id });
  return data.liveLocation.alerts as string[];
};

describe('The alerts of a journey', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start(SETTINGS);
  });
  afterAll(() => service.stop());

  /** A trainer who stands at a place and sends a fix every 300 ms; returns how to stop it. */
  const standing = ({ trainer, id }: Booking, meters: number): (() => void) => {
    const timer = setInterval(() => void trainer.update(id, metersFromHome(meters)), 300);
    return () => clearInterval(timer);
  };
  const started = async (fields: { scheduledAt?: number } = {}): Promise<Booking> => {
    const booking = await service.book(fields);
    await booking.trainer.start(booking.id);
    return booking;
  };

  it('raise SIGNAL_LOST when no fix ever came, and clear it when the signal has been LIVE for some time', async () => {
    const begunAt = performance.now();
    const booking = await started();
    expect(await alertsOf(booking.student, booking.id)).toEqual([]);
    await eventually(
      'the silence is noticed',
      async () => (await alertsOf(booking.student, booking.id)).includes('SIGNAL_LOST'),
      LATEST_MS + 2000,
    );
    expect(performance.now() - begunAt).toBeGreaterThan(1900);

    const stop = standing(booking, 900);
    const backAt = performance.now();
    await eventually(
      'the signal is back',
      async () => (await alertsOf(booking.student, booking.id)).length === 0,
      LATEST_MS + 1000,
    );
    expect(performance.now() - backAt).toBeGreaterThan(900);
    stop();
    await eventually(
      'the next silence is noticed',
      async () => (await alertsOf(booking.trainer, booking.id)).includes('SIGNAL_LOST'),
      LATEST_MS + 2000,
    );
    await booking.trainer.stop(booking.id);
    expect(await alertsOf(booking.student, booking.id)).toEqual([]);
  }, 40_000);

  it('raise NOT_MOVING for a trainer who stands away from home, until it moves on', async () => {
    const [away, home] = [await started(), await started()];
    const stops = [standing(away, 900), standing(home, 60)];
    await eventually(
      'the stand is noticed',
      async () => (await alertsOf(away.student, away.id)).includes('NOT_MOVING'),
      LATEST_MS + 3000,
    );
    stops[0]!();
    stops[0] = standing(away, 820);
    await eventually(
      'the trainer moves on',
      async () => (await alertsOf(away.student, away.id)).length === 0,
      LATEST_MS,
    );
    expect(await alertsOf(home.student, home.id)).toEqual([]);
    for (const stop of stops) stop();
  }, 40_000);

  it('raise RUNNING_LATE while even the earliest arrival is too late, until the trainer is near enough or has more time', async () => {
    // From 2,500 m the earliest arrival is some 170 s away, from 300 m some 50 s.
    const late = await started({ scheduledAt: Date.now() + 100_000 });
    const begunAt = performance.now();
    let stop = standing(late, 2500);
    const isLate = async () => (await alertsOf(late.student, late.id)).includes('RUNNING_LATE');
    await eventually('the delay is noticed', isLate, LATEST_MS + 1500);
    expect(performance.now() - begunAt).toBeGreaterThan(1400);
    expect((await alertsOf(late.trainer, late.id)).includes('RUNNING_LATE')).toBe(true);

    const operator = await service.actor('operator-1', 'operator');
    const rebook = async (scheduledAt: number) => {
      await service.rebook({ ...late.session, scheduledAt });
      expect((await operator.refresh(late.id)).errors).toBeUndefined();
    };
    await rebook(Date.now() + 3_600_000);
    await eventually('there is time again', async () => !(await isLate()), LATEST_MS + 1500);
    await rebook(Date.now() + 100_000);
    await eventually('it is late again', isLate, LATEST_MS + 1500);

    stop();
    // 2,200 m at the fastest that these settings believe.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    stop = standing(late, 300);
    await eventually('the trainer is near', async () => !(await isLate()), LATEST_MS + 1500);
    stop();
  }, 60_000);

  it('is NO_SHOW for a session that nobody has set off for, on every process, until a start', async () => {
    const booking = await service.book({ scheduledAt: Date.now() - 16 * 60_000 });
    // The search of the processes so far has had its turn in this minute.
    await service.stopApp();
    await service.redis.del(service.keys.noShowSearch());
    await service.startApp();
    await eventually(
      'the session is found',
      async () => (await alertsOf(booking.student, booking.id)).includes('NO_SHOW'),
      10_000,
    );
    const { data } = await booking.trainer.ask(
      'query ($id: ID!) { session(id: $id) { liveLocation { state alerts } } }',
      { id: booking.id },
    );
    expect(data.session.liveLocation).toEqual({ state: 'NOT_STARTED', alerts: ['NO_SHOW'] });
    await booking.trainer.start(booking.id);
    expect(await alertsOf(booking.student, booking.id)).toEqual([]);
  }, 40_000);
});
