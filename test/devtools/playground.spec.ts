import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate, type OperationDefinitionNode } from 'graphql';
import { getVariableValues } from 'graphql/execution/values';

import { aSession, bookSessions } from '../support/sessions';
import { TestService, type Actor } from '../support/service';

interface Window {
  initialName: string;
  endpointURL: string;
  initialQuery: string;
  initialVariables: string;
  initialHeaders: Record<string, string>;
}

interface Environment {
  title: string;
  variables: Record<string, string>;
}

const schema = buildSchema(readFileSync(join(__dirname, '../../schema.graphql'), 'utf8'));

describe('The playground', () => {
  let service: TestService;
  afterEach(() => service.stop());

  const get = (path: string) => fetch(new URL(path, service.address));

  const collection = async () => {
    const answer = (await (await get('/playground/collection.json')).json()) as any;
    return {
      windows: answer.initialWindows as Window[],
      environments: answer.initialEnvironments.subEnvironments as Environment[],
      text: JSON.stringify(answer),
    };
  };

  const filledIn = (window: Window, { variables }: Environment): Record<string, unknown> =>
    JSON.parse(window.initialVariables.replace(/{{(\w+)}}/g, (_, name) => variables[name]!));

  it('is served completely by this process', async () => {
    service = await TestService.start();
    const answer = await get('/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await answer.text();
    expect(page).not.toMatch(/https?:\/\//);
    expect((await collection()).text).not.toMatch(/https?:\/\//);

    const [, base] = /<base href="(.+?)">/.exec(page)!;
    const files = [...page.matchAll(/<(?:script|link|img)[^>]+?(?:src|href)="(.+?)"/g)].map(
      ([, file]) => file!,
    );
    expect(files).toEqual(expect.arrayContaining(['main.js', 'styles.css', 'start.mjs']));
    for (const file of files) {
      const { status } = await fetch(new URL(file, new URL(base!, service.address)), { method: 'HEAD' });
      expect({ file, status }).toEqual({ file, status: 200 });
    }
  });

  it('may not reach another origin, and may evaluate scripts only in a frame of its own', async () => {
    service = await TestService.start();
    const policyOf = async (path: string) => (await get(path)).headers.get('content-security-policy');
    const [page, frame] = [await policyOf('/'), await policyOf('/playground/iframe-sandbox/index.html')];
    for (const policy of [page, frame]) {
      expect(policy).toMatch(/^default-src '(none|self)'; /);
      expect(policy).not.toMatch(/https?:|\*/);
    }
    expect(page).toContain("script-src 'self';");
    expect(page).toContain("frame-ancestors 'none'");
    expect(frame).toContain("frame-ancestors 'self'");
  });

  it('has a window with a valid document and valid variables for every operation of the API', async () => {
    service = await TestService.start();
    const { windows, environments } = await collection();
    const operations = [schema.getQueryType()!, schema.getMutationType()!].flatMap((root) =>
      Object.keys(root.getFields()),
    );
    expect(windows.map(({ initialName }) => initialName).sort()).toEqual(operations.sort());

    for (const window of windows) {
      const document = parse(window.initialQuery);
      expect(validate(schema, document)).toEqual([]);
      const [operation] = document.definitions as OperationDefinitionNode[];
      expect(operation!.selectionSet.selections).toMatchObject([{ name: { value: window.initialName } }]);
      expect(window.initialHeaders).toEqual({ Authorization: 'Bearer {{token}}' });
      expect(window.endpointURL).toBe('/graphql');
      for (const environment of environments) {
        const { errors } = getVariableValues(
          schema,
          operation!.variableDefinitions ?? [],
          filledIn(window, environment),
        );
        expect(errors).toBeUndefined();
      }
    }
  });

  it('contains a journey that succeeds unchanged, when each request is sent by the viewer that its comment names', async () => {
    service = await TestService.start({ UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '1' });
    const { windows, environments } = await collection();
    const of = (role: string) => environments.find(({ title }) => title === role)!;
    const session = aSession({
      id: 'session-00001',
      trainerId: 'trainer-00001',
      studentId: 'student-00001',
      home: { latitude: 41.8827, longitude: -87.6475 },
    });
    await bookSessions(service.database.url, session);
    const [trainer, student, operator] = await Promise.all([
      service.actor('trainer-00001', 'trainer'),
      service.actor('student-00001', 'student'),
      service.actor('operator-00001', 'operator'),
    ]);
    const run = async (name: string, actor: Actor, role: string) => {
      const window = windows.find(({ initialName }) => initialName === name)!;
      const { data, errors } = await actor.ask(window.initialQuery, filledIn(window, of(role)));
      expect({ name, role, errors }).toEqual({ name, role, errors: undefined });
      return data[name];
    };

    expect((await run('shareJourney', student, 'student')).token).toMatch(/^share\.session-00001\./);
    expect(await run('revokeShare', student, 'student')).toBe(true);
    expect(await run('startJourney', trainer, 'trainer')).toMatchObject({ state: 'EN_ROUTE' });
    expect(await run('updateLocation', trainer, 'trainer')).toMatchObject({
      status: 'ACCEPTED',
      canMarkArrived: true,
    });
    for (const name of ['liveLocation', 'liveLocations', 'session', 'sessions', 'activeJourneys', 'viewer']) {
      await run(name, student, 'student');
      await run(name, trainer, 'trainer');
      await run(name, operator, 'operator');
    }
    expect(await run('activeJourneys', student, 'student')).toHaveLength(1);
    expect(await run('reportTrackingProblem', trainer, 'trainer')).toMatchObject({ state: 'EN_ROUTE' });
    expect(await run('refreshSession', operator, 'operator')).toMatchObject({ status: 'CONFIRMED' });
    expect(await run('stopJourney', trainer, 'trainer')).toMatchObject({ state: 'STOPPED' });

    expect(await run('startJourney', trainer, 'trainer')).toMatchObject({ state: 'EN_ROUTE' });
    expect((await run('updateLocations', trainer, 'trainer')).results).toMatchObject([
      { status: 'ACCEPTED' },
      { status: 'ACCEPTED' },
    ]);
    expect(await run('markArrived', trainer, 'trainer')).toMatchObject({ state: 'ARRIVED' });
  });

  it('is not served in production', async () => {
    service = await TestService.start({ NODE_ENV: 'production' });
    for (const path of ['/', '/playground/', '/playground/collection.json', '/playground/main.js']) {
      expect((await get(path)).status).toBe(404);
    }
  });

  it('names the packages to install where they are left out', async () => {
    jest.doMock('altair-static', () => {
      throw Object.assign(new Error("Cannot find module 'altair-static'"), { code: 'MODULE_NOT_FOUND' });
    });
    try {
      service = await TestService.start();
    } finally {
      jest.dontMock('altair-static');
    }
    const answer = await get('/');
    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain('npm ci --include=optional');
    expect((await get('/health/live')).status).toBe(200);
  });
});
