import { Client } from 'pg';

import { eventually } from '../faults/eventually';
import { metersFromHome, TestService, type Actor } from '../support/service';

const SUMMARY =
  'id state summary { durationSeconds drivenMeters signalLostSeconds rejectedFixes lateSeconds }';

describe("A journey's summary", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000' });
  });
  afterAll(() => service.stop());

  const lastJourney = async (actor: Actor, id: string) =>
    (await actor.ask(`query ($id: ID!) { session(id: $id) { lastJourney { ${SUMMARY} } } }`, { id })).data
      .session.lastJourney;

  it('is null while the journey is active, in the answer of its end, and in the durable record', async () => {
    const { id, trainer, student } = await service.book({ scheduledAt: Date.now() + 600_000 });
    await trainer.start(id);
    await trainer.update(id, metersFromHome(140));
    expect((await lastJourney(student, id)).summary).toBeNull();
    await trainer.update(id, { ...metersFromHome(100), accuracy: 1000 });
    const { data } = await trainer.ask(
      `mutation ($id: ID!, $at: LocationInput) { markArrived(sessionId: $id, location: $at) { ${SUMMARY} } }`,
      { id, at: { ...metersFromHome(90), accuracy: 50 } },
    );
    const { summary } = data.markArrived;
    expect(summary).toMatchObject({ drivenMeters: 50, rejectedFixes: 1 });
    expect(summary.durationSeconds).toBeLessThanOrEqual(10);
    expect(summary.signalLostSeconds).toBeLessThanOrEqual(10);
    expect(summary.lateSeconds).toBeLessThanOrEqual(-590);
    expect(summary.lateSeconds).toBeGreaterThanOrEqual(-600);
    expect((await lastJourney(student, id)).summary).toEqual(summary);

    const client = new Client({ connectionString: service.database.url });
    await client.connect();
    await eventually('the end is recorded', async () => {
      const { rows } = await client.query('SELECT driven_meters FROM journey WHERE session_id = $1', [id]);
      return rows[0]?.driven_meters === 50;
    });
    await client.end();
    // From the durable record alone.
    await service.redis.del(service.keys.ended(id), service.keys.meta(id));
    expect((await lastJourney(student, id)).summary).toEqual(summary);
    const { data: history } = await student.ask(
      `query ($id: ID!) { session(id: $id) { journeys { ${SUMMARY} } } }`,
      { id },
    );
    expect(history.session.journeys).toEqual([{ ...data.markArrived, state: 'ARRIVED' }]);
  });

  it('says how late the trainer was of an arrival alone', async () => {
    const { id, trainer } = await service.book();
    await trainer.start(id);
    const { data } = await trainer.ask(`mutation ($id: ID!) { stopJourney(sessionId: $id) { ${SUMMARY} } }`, {
      id,
    });
    expect(data.stopJourney.summary).toMatchObject({ drivenMeters: 0, rejectedFixes: 0, lateSeconds: null });
  });

  it('is there of a booking at any time', async () => {
    const { id, trainer } = await service.book({ scheduledAt: Date.parse('9999-12-31T00:00:00Z') });
    await trainer.start(id);
    await trainer.arrive(id, metersFromHome(10));
    expect((await lastJourney(trainer, id)).summary.lateSeconds).toBe(-2_147_483_647);
  });
});
