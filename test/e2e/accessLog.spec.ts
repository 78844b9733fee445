import { Client } from 'pg';

import { eventually } from '../faults/eventually';
import { FaultProxy } from '../support/faultProxy';
import { metersFromHome, TestService, type Actor } from '../support/service';

const HOUR_MS = 3_600_000;

describe('The access log', () => {
  let service: TestService;
  let proxy: FaultProxy;
  let client: Client;
  beforeAll(async () => {
    proxy = await FaultProxy.start(Number(new URL(process.env['TEST_DATABASE_URL']!).port));
    service = await TestService.start((databaseUrl) => {
      const url = new URL(databaseUrl);
      url.port = String(proxy.port);
      return { DATABASE_URL: url.href };
    });
    client = new Client({ connectionString: service.database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    proxy.heal();
    await service.stop();
    await proxy.stop();
  });

  /** Its readers, once each: by the primary key a test at the turn of the hour may leave a second line of one. */
  const linesOf = async (sessionId: string): Promise<string[]> => {
    const { rows } = await client.query(
      'SELECT DISTINCT reader_id, reader_role FROM access_log WHERE session_id = $1 ORDER BY reader_id',
      [sessionId],
    );
    return rows.map(({ reader_id, reader_role }) => `${reader_role} ${reader_id}`);
  };
  /** Waits for the lines, and says which ones are there instead. */
  const logged = async (sessionId: string, lines: readonly string[], withinMs?: number): Promise<void> => {
    const isLogged = async () => (await linesOf(sessionId)).join() === lines.join();
    await eventually('the lines are there', isLogged, withinMs).catch(() => undefined);
    expect(await linesOf(sessionId)).toEqual(lines);
  };

  const reads: [string, (actor: Actor, id: string, trainerId: string) => Promise<{ errors: unknown }>][] = [
    ['liveLocation', (actor, id) => actor.poll(id)],
    [
      'liveLocations',
      (actor, id) => actor.ask(`{ liveLocations(sessionIds: ["${id}", "${id}"]) { state } }`),
    ],
    ['session', (actor, id) => actor.ask(`{ session(id: "${id}") { home { latitude } } }`)],
    ['sessions', (actor) => actor.ask('{ sessions(last: 100) { edges { node { home { latitude } } } } }')],
    ['journeys', (actor) => actor.ask('{ journeys(first: 100) { edges { node { id } } } }')],
    [
      'activeJourneys',
      (actor, _, trainerId) => actor.ask(`{ activeJourneys(trainerId: "${trainerId}") { id } }`),
    ],
    ['refreshSession', (actor, id) => actor.refresh(id)],
    [
      'cancelJourney',
      (actor, id) => actor.ask(`mutation { cancelJourney(sessionId: "${id}") { studentId } }`),
    ],
    ['shareJourney', (actor, id) => actor.share(id)],
  ];

  it.each(reads)(
    'has a line of each operator and service that reads by %s, and of nobody else',
    async (name, read) => {
      const { id, trainer, student } = await service.book();
      await trainer.start(id);
      await trainer.update(id, metersFromHome(500));
      const readers = [`operator-of-${name}`, `service-of-${name}`];
      for (const [at, role] of (['operator', 'service'] as const).entries()) {
        const actor = await service.actor(readers[at]!, role);
        // Two in an hour leave one line.
        expect((await read(actor, id, trainer.id)).errors).toBeUndefined();
        expect((await read(actor, id, trainer.id)).errors).toBeUndefined();
      }
      if (name !== 'cancelJourney') for (const actor of [trainer, student]) await read(actor, id, trainer.id);
      await logged(id, [`OPERATOR ${readers[0]}`, `SERVICE ${readers[1]}`]);
      await trainer.stop(id);
    },
  );

  it('has the hour and the time of the first read, and no column for anything else', async () => {
    const { id } = await service.book();
    const before = Date.now();
    await (await service.actor('operator-1', 'operator')).poll(id);
    await logged(id, ['OPERATOR operator-1']);
    const { rows } = await client.query('SELECT * FROM access_log WHERE session_id = $1', [id]);
    const { hour, read_at: readAt, ...others } = rows[0];
    expect(others).toEqual({ session_id: id, reader_id: 'operator-1', reader_role: 'OPERATOR' });
    expect(readAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(hour.getTime()).toBe(Math.floor(readAt.getTime() / HOUR_MS) * HOUR_MS);
  });

  it('has no line of a read that was refused', async () => {
    const operator = await service.actor('operator-1', 'operator');
    expect(await operator.poll('no-such-session')).toMatchObject({ code: 'SESSION_NOT_FOUND' });
    const { id } = await service.book();
    await operator.poll(id);
    await logged(id, ['OPERATOR operator-1']);
    expect(await linesOf('no-such-session')).toEqual([]);
  });

  it('keeps one line of an hour, whichever processes read', async () => {
    const { id } = await service.book();
    const operator = await service.actor('operator-1', 'operator');
    await operator.poll(id);
    await logged(id, ['OPERATOR operator-1']);
    await service.stopApp();
    await service.startApp();
    await operator.poll(id);
    await service.stopApp();
    await service.startApp();
    expect(await linesOf(id)).toEqual(['OPERATOR operator-1']);
  });

  it('makes no answer wait, and loses nothing while the database is away', async () => {
    const operator = await service.actor('operator-of-an-outage', 'operator');
    const bookings = await Promise.all(Array.from({ length: 20 }, () => service.book()));
    for (const { trainer, id } of bookings) await trainer.start(id);
    proxy.refuse();
    for (const { id } of bookings) expect((await operator.poll(id)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    for (const { id } of bookings) expect(await linesOf(id)).toEqual([]);
    proxy.heal();
    // After several failures the relay pauses for up to 20 s.
    for (const { id } of bookings) await logged(id, ['OPERATOR operator-of-an-outage'], 30_000);
  }, 60_000);

  it('is written before the process ends', async () => {
    const { id } = await service.book();
    await (await service.actor('operator-1', 'operator')).poll(id);
    await service.stopApp();
    expect(await linesOf(id)).toEqual(['OPERATOR operator-1']);
    await service.startApp();
  });
});
