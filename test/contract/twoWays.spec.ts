import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { metersFromHome, TestService, type Actor, type Booking } from '../support/service';

/** The documents of our clients: what the short way answers. */
const trusted = JSON.parse(
  readFileSync(join(__dirname, '../../client/src/generated/trusted-documents.json'), 'utf8'),
) as Record<string, string>;
const hashOf = (operation: string): string =>
  Object.keys(trusted).find((hash) => new RegExp(`(query|mutation) ${operation}\\b`).test(trusted[hash]!))!;
const textOf = (operation: string): string => trusted[hashOf(operation)]!;

interface Sent {
  readonly status: number;
  readonly headers: Record<string, string | null>;
  readonly body: unknown;
}

interface Case {
  readonly name: string;
  readonly operation: string;
  readonly who?: 'trainer' | 'student' | 'stranger' | 'operator' | 'nobody';
  readonly variables?: (booking: Booking) => unknown;
  /** What happened before. */
  readonly before?: (booking: Booking) => Promise<unknown>;
  readonly request?: object;
}

const session = ({ id }: Booking) => ({ sessionId: id });
const started = ({ id, trainer }: Booking) => trainer.start(id, 'tap-1');
const underWay = async (booking: Booking) => {
  await started(booking);
  await booking.trainer.update(booking.id, { ...metersFromHome(900), accuracy: 5, heading: 10, speed: 3 });
};
const at = (meters: number) => (booking: Booking) => ({
  sessionId: booking.id,
  location: metersFromHome(meters),
});

const cases: Case[] = [
  { name: 'a poll before a start', operation: 'LiveLocation', who: 'student', variables: session },
  {
    name: 'a poll without a fix',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    before: started,
  },
  {
    name: 'a poll under way',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    before: underWay,
  },
  {
    name: "a stranger's poll",
    operation: 'LiveLocation',
    who: 'stranger',
    variables: session,
    before: started,
  },
  { name: 'a poll without a token', operation: 'LiveLocation', who: 'nobody', variables: session },
  { name: 'a poll without its variable', operation: 'LiveLocation', who: 'student', variables: () => ({}) },
  {
    name: 'a poll with a variable of a wrong type',
    operation: 'LiveLocation',
    who: 'student',
    variables: () => ({ sessionId: { a: 1 } }),
  },
  {
    name: 'a poll with a malformed id',
    operation: 'LiveLocation',
    who: 'student',
    variables: () => ({ sessionId: 'a b' }),
  },
  { name: 'variables that are no object', operation: 'LiveLocation', who: 'student', variables: () => [1] },
  {
    name: 'another operationName',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    request: { operationName: 'Other' },
  },
  {
    name: 'extensions that are no object',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    request: { extensions: 'x' },
  },
  {
    name: 'extensions of a client library',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    request: { extensions: { clientLibrary: { name: 'x' } } },
  },
  {
    name: 'polls of two',
    operation: 'LiveLocations',
    who: 'student',
    variables: ({ id }) => ({ sessionIds: [id, id] }),
    before: underWay,
  },
  {
    name: 'polls of none',
    operation: 'LiveLocations',
    who: 'student',
    variables: () => ({ sessionIds: [] }),
  },
  {
    name: 'polls of 51',
    operation: 'LiveLocations',
    who: 'student',
    variables: ({ id }) => ({ sessionIds: Array(51).fill(id) }),
  },
  {
    name: 'polls with one that is not there',
    operation: 'LiveLocations',
    who: 'student',
    variables: ({ id }) => ({ sessionIds: [id, 'none'] }),
  },
  {
    name: 'a session',
    operation: 'Session',
    who: 'student',
    variables: ({ id }) => ({ id }),
    before: underWay,
  },
  { name: 'sessions', operation: 'Sessions', who: 'student', variables: () => ({ first: 2 }) },
  {
    name: 'sessions beyond a page',
    operation: 'Sessions',
    who: 'student',
    variables: () => ({ first: 101 }),
  },
  { name: 'active journeys', operation: 'ActiveJourneys', who: 'trainer', before: underWay },
  { name: 'active journeys of nobody', operation: 'ActiveJourneys', who: 'operator' },
  { name: 'a start', operation: 'StartJourney', who: 'trainer', variables: session },
  { name: 'a second start', operation: 'StartJourney', who: 'trainer', variables: session, before: started },
  { name: "a student's start", operation: 'StartJourney', who: 'student', variables: session },
  { name: 'an update', operation: 'UpdateLocation', who: 'trainer', variables: at(800), before: started },
  {
    name: 'an update out of range',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: ({ id }) => ({ sessionId: id, location: { latitude: 91, longitude: 0, heading: -1 } }),
    before: started,
  },
  {
    name: 'an update with a text for a number',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: ({ id }) => ({ sessionId: id, location: { latitude: '52.5', longitude: 0 } }),
    before: started,
  },
  {
    name: 'an update with a bad time',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: ({ id }) => ({ sessionId: id, location: { latitude: 1, longitude: 0, capturedAt: 'today' } }),
    before: started,
  },
  {
    name: 'an implausible update',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: ({ id }) => ({ sessionId: id, location: { ...metersFromHome(0), accuracy: 500 } }),
    before: started,
  },
  {
    name: 'an update too early',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: at(880),
    before: underWay,
  },
  {
    name: 'a batch',
    operation: 'UpdateLocations',
    who: 'trainer',
    variables: ({ id }) => ({
      sessionId: id,
      locations: [metersFromHome(700)],
      sentAt: '2026-01-01T00:00:00Z',
    }),
    before: started,
  },
  {
    name: 'an arrival from too far',
    operation: 'MarkArrived',
    who: 'trainer',
    variables: session,
    before: underWay,
  },
  { name: 'an arrival', operation: 'MarkArrived', who: 'trainer', variables: at(20), before: started },
  {
    name: 'an arrival without a fix',
    operation: 'MarkArrived',
    who: 'trainer',
    variables: session,
    before: started,
  },
  { name: 'a stop', operation: 'StopJourney', who: 'trainer', variables: session, before: underWay },
  { name: 'a stop of nothing', operation: 'StopJourney', who: 'trainer', variables: session },
  { name: 'a refresh', operation: 'RefreshSession', who: 'operator', variables: session, before: started },
];

describe('A document that the server knows', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  /** Whatever differs between two bookings in the same state. */
  const alike = (value: unknown, { id, trainer, student }: Booking): unknown =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(id, 'SESSION')
        .replaceAll(trainer.id, 'TRAINER')
        .replaceAll(student.id, 'STUDENT')
        .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"TIME"')
        .replace(/"[\da-f]{8}-[\da-f-]{27}"/g, '"JOURNEY"')
        .replace(/"retryAfterMs":\d+/g, '"retryAfterMs":0')
        .replace(/try again in \d+ ms/g, 'try again')
        .replace(/"cursor":"[^"]*"|"endCursor":"[^"]*"/g, '"cursor":"C"'),
    );

  const actorOf = async (who: Case['who'], booking: Booking): Promise<Actor> => {
    if (who === 'trainer') return booking.trainer;
    if (who === 'student') return booking.student;
    if (who === 'operator') return service.actor('staff', 'operator');
    return who === 'stranger' ? service.actor('stranger', 'student') : service.nobody();
  };

  async function send(
    actor: Actor,
    accept: string | undefined,
    init: { body: object } | { search: string },
  ): Promise<Sent> {
    const get = 'search' in init;
    const response = await fetch(`${service.address}/graphql${get ? init.search : ''}`, {
      method: get ? 'GET' : 'POST',
      headers: {
        ...(!get && { 'content-type': 'application/json' }),
        'apollo-require-preflight': 'true',
        ...(accept && { accept }),
        ...(actor.token && { authorization: `Bearer ${actor.token}` }),
      },
      ...(!get && { body: JSON.stringify(init.body) }),
    });
    const headers = Object.fromEntries(
      ['content-type', 'retry-after', 'cache-control', 'x-content-type-options', 'allow'].map((name) => [
        name,
        response.headers.get(name),
      ]),
    );
    return { status: response.status, headers, body: await response.json() };
  }

  describe.each(['application/graphql-response+json', 'application/json', undefined])(
    'asked with Accept %s',
    (accept) => {
      it.each(cases.map((entry) => [entry.name, entry] as const))(
        'answers %s alike on the short way and by Apollo',
        async (_, entry) => {
          const { operation, who, variables, before, request } = entry;
          const ask = async (query: object): Promise<unknown> => {
            const booking = await service.book();
            await before?.(booking);
            const body = { ...query, variables: variables?.(booking), ...request };
            return alike(await send(await actorOf(who, booking), accept, { body }), booking);
          };
          const byApollo = await ask({ query: `${textOf(operation)}\n# not the known text` });
          expect(await ask({ query: textOf(operation) })).toEqual(byApollo);
          if (request) return;
          const persistedQuery = { version: 1, sha256Hash: hashOf(operation) };
          expect(await ask({ extensions: { persistedQuery } })).toEqual(byApollo);
          expect(await ask({ query: textOf(operation), extensions: { persistedQuery } })).toEqual(byApollo);
        },
      );
    },
  );

  it('answers by GET too, mutations excepted, and not without the header that proves a client of ours', async () => {
    const booking = await service.book();
    await underWay(booking);
    const search = (query: object): string =>
      `?${Object.entries(query)
        .map(
          ([name, value]) =>
            `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
        )
        .join('&')}`;
    const variables = { sessionId: booking.id };
    const json = 'application/json';
    for (const operation of ['LiveLocation', 'StopJourney']) {
      const persistedQuery = { version: 1, sha256Hash: hashOf(operation) };
      const short = await send(booking.trainer, json, {
        search: search({ extensions: { persistedQuery }, variables }),
      });
      const apollo = await send(booking.trainer, json, {
        search: search({ query: `${textOf(operation)} # x`, variables }),
      });
      expect(alike(short, booking)).toEqual(alike(apollo, booking));
      expect(short.status).toBe(operation === 'LiveLocation' ? 200 : 405);
    }
    const crossSite = await fetch(
      `${service.address}/graphql${search({ query: textOf('LiveLocation'), variables })}`,
      { headers: { authorization: `Bearer ${booking.trainer.token}` } },
    );
    expect(crossSite.status).toBe(400);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'data'])(
    'answers a learned document alike whose field is called %s',
    async (name) => {
      const booking = await service.book();
      await underWay(booking);
      const query = `query Odd($id: ID!) { a: session(id: $id) { ${name}: home { latitude } id } a: session(id: $id) { status ...F } ...Q }
        fragment F on Session { lastJourney { ${name}: startedAt endedAt } liveLocation { location { heading } version } }
        fragment Q on Query { ... { ${name}: sessions(first: 2) { edges { node { id __typename } } pageInfo { hasNextPage } } } }`;
      const bodies: string[] = [];
      for (let times = 0; times < 5; times += 1) {
        const answer = await send(booking.student, 'application/json', {
          body: { query, variables: { id: booking.id } },
        });
        expect(answer.status).toBe(200);
        bodies.push(JSON.stringify(answer.body));
      }
      expect(new Set(bodies).size).toBe(1);
    },
  );

  it('asks for the text of a hash that it does not know', async () => {
    const { student } = await service.book();
    const body = { extensions: { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } } };
    const answer = await send(student, 'application/graphql-response+json', { body });
    expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
  });

  it('learns a document after some good answers, and answers it alike from then on', async () => {
    const booking = await service.book();
    await underWay(booking);
    const query =
      'query Mine($id: ID!) { mine: liveLocation(sessionId: $id) { state version ...F } } fragment F on LiveLocation { distanceMeters }';
    const answers: unknown[] = [];
    for (let times = 0; times < 6; times += 1) {
      answers.push(
        await send(booking.student, 'application/json', { body: { query, variables: { id: booking.id } } }),
      );
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({
      status: 200,
      body: { data: { mine: { state: 'EN_ROUTE', version: 2, distanceMeters: 900 } } },
    });
  });
});

describe('A service that answers trusted documents alone', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ TRUSTED_DOCUMENTS_ONLY: 'true' });
  });
  afterAll(() => service.stop());

  it('refuses any other document', async () => {
    const { id, student } = await service.book();
    expect(await student.poll(id)).toMatchObject({ status: 400, code: 'DOCUMENT_NOT_TRUSTED' });
    const known = await student.ask(textOf('LiveLocation'), { sessionId: id });
    expect(known.data.liveLocation.state).toBe('NOT_STARTED');
  });
});
