import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';

import type { Fix } from '../../src/domain/location';
import type { Policy } from '../../src/domain/policy';
import type { ArrivalTime } from '../../src/domain/rateLimit';
import type { SessionStatus } from '../../src/domain/session';
import { partitionOf } from '../../src/redis/keys';
import { isUnavailable, retryWhileUnavailable } from '../faults/scenes';
import { metersFromHome, type Actor, type GraphQLAnswer, type TestService } from '../support/service';
import {
  endedAs,
  fresh,
  rated,
  step,
  type Act,
  type Expected,
  type ModelSession,
  type Role,
  type Step,
} from './journeyModel';

/** Two trainers: the first has two sessions, the second one. The student of all is the same. */
const OWNERS = [0, 0, 1] as const;

/** The service, and how to break what it stands on. */
export interface Real {
  readonly service: TestService;
  readonly policy: Policy;
  /** Breaks the next of its exchanges with Redis in this way; null when the run is without faults. */
  readonly inject: ((fault: number) => void) | null;
  readonly heal: () => void;
}

/** What the sessions may be by all that was heard so far; without faults always exactly one thing each. */
export class World {
  readonly sessions: ModelSession[][] = OWNERS.map(() => [fresh]);
  readonly arrivals: ArrivalTime[] = [null, null];

  private constructor(
    readonly ids: readonly string[],
    readonly trainers: readonly Actor[],
    readonly student: Actor,
    readonly outsider: Actor,
    readonly operator: Actor,
  ) {}

  static async book({ service }: Real): Promise<World> {
    const run = randomUUID();
    const actor = (name: string, role: 'trainer' | 'student' | 'operator') =>
      service.actor(`${name}-${run}`, role);
    const trainers = [await actor('trainer-0', 'trainer'), await actor('trainer-1', 'trainer')];
    const [student, outsider] = [await actor('student', 'student'), await actor('outsider', 'student')];
    const ids = OWNERS.map((_, at) => `session-${at}-${run}`);
    for (const [at, id] of ids.entries()) {
      await service.book({ id, trainerId: trainers[OWNERS[at]!]!.id, studentId: student.id });
    }
    return new World(ids, trainers, student, outsider, await actor('operator', 'operator'));
  }

  actor(at: number, role: Role): Actor {
    const owner = OWNERS[at]!;
    if (role === 'owner') return this.trainers[owner]!;
    if (role === 'rival') return this.trainers[1 - owner]!;
    return this[role];
  }
}

/** A point by its place and its moment, the latter relative to the journey's start, which no generator knows. */
interface Spec {
  readonly meters: number;
  /** ms before the start; or when the server receives it, a minute ahead of that, or three hours before. */
  readonly when: number | 'now' | 'ahead' | 'old';
  readonly accuracy: number | null;
}

/**
 * The doorstep is as near as one walks in 100 ms; the far place is too far for any car within a test. So no speed
 * turns on the milliseconds that the model can't know. Whether fixes have agreed for long enough does: see `ActCommand`.
 */
const spec: fc.Arbitrary<Spec> = fc.record({
  meters: fc.constantFrom(0, 0, 2, 1000),
  when: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 45 }).map((tenths) => tenths * 100) },
    { weight: 1, arbitrary: fc.constantFrom('ahead' as const, 'old' as const, 20_000) },
  ),
  accuracy: fc.constantFrom(null, null, 30, 500),
});
const received: fc.Arbitrary<Spec> = fc.record({
  meters: fc.constantFrom(0, 1000),
  when: fc.constant('now' as const),
  accuracy: fc.constantFrom(null, 30),
});

function fixOf({ meters, when, accuracy }: Spec, startedAt: number, now: number): Fix {
  const capturedAt = { now: null, ahead: now + 60_000, old: now - 3 * 3_600_000 };
  return {
    ...metersFromHome(meters),
    accuracy,
    heading: null,
    speed: null,
    capturedAt: typeof when === 'number' ? (startedAt || now) - when : capturedAt[when],
  };
}

type Plan =
  | Exclude<Act, { kind: 'update' } | { kind: 'arrive' }>
  | { readonly kind: 'update'; readonly points: readonly Spec[]; readonly batch: boolean }
  | { readonly kind: 'arrive'; readonly point: Spec | null };

const plan: fc.Arbitrary<Plan> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(null, 'a', 'b').map((requestId): Plan => ({ kind: 'start', requestId })),
  },
  {
    weight: 4,
    arbitrary: fc
      .oneof(spec, received)
      .map((point): Plan => ({ kind: 'update', points: [point], batch: false })),
  },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.oneof(spec, received), { minLength: 1, maxLength: 6 })
      .map((points): Plan => ({ kind: 'update', points, batch: true })),
  },
  {
    weight: 2,
    arbitrary: fc.option(fc.oneof(spec, received)).map((point): Plan => ({ kind: 'arrive', point })),
  },
  { weight: 2, arbitrary: fc.constant<Plan>({ kind: 'stop' }) },
  { weight: 1, arbitrary: fc.constant<Plan>({ kind: 'refresh' }) },
  { weight: 3, arbitrary: fc.constant<Plan>({ kind: 'poll' }) },
);

const role: fc.Arbitrary<Role> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Role>('owner') },
  { weight: 3, arbitrary: fc.constantFrom<Role>('rival', 'student', 'outsider', 'operator') },
);

const at = fc.nat({ max: OWNERS.length - 1 });
const fault = fc.option(fc.nat(), { freq: 2 });

export const commands = fc.commands(
  [
    fc.record({ at, role, plan, fault }).map((fields) => new ActCommand(fields)),
    fc.record({ at, role, plan, fault }).map((fields) => new ActCommand(fields)),
    fc.record({ at, role, plan, fault }).map((fields) => new ActCommand(fields)),
    fc
      .record({
        at,
        status: fc.constantFrom<SessionStatus>('CONFIRMED', 'CONFIRMED', 'CANCELLED', 'COMPLETED'),
      })
      .map((fields) => new RebookCommand(fields)),
    at.map((session) => new DeadlineCommand(session)),
    fc.constant(null).map(() => new ActiveJourneysCommand()),
  ],
  // The default would make most sequences too short for anything to happen in.
  { maxCommands: 40, size: 'max' },
);

type Command = fc.AsyncCommand<World, Real>;

/**
 * Somebody does something to a session. Redis judges by its own time, of which only the two ends are known: before the
 * request, and after its answer. Either end may be right.
 */
class ActCommand implements Command {
  constructor(private readonly fields: { at: number; role: Role; plan: Plan; fault: number | null }) {}

  check = (): boolean => true;

  async run(world: World, real: Real): Promise<void> {
    const { at: index, role: who, plan: planned } = this.fields;
    const possible = world.sessions[index]!;
    const now = Date.now();
    const startedAt = possible[0]!.startedAt;
    const act: Act =
      planned.kind === 'update'
        ? { ...planned, points: planned.points.map((point) => fixOf(point, startedAt, now)) }
        : planned.kind === 'arrive'
          ? { ...planned, point: planned.point && fixOf(planned.point, startedAt, now) }
          : planned;

    const faulty = real.inject && this.fields.fault !== null;
    if (faulty) real.inject(this.fields.fault!);
    const answer = await perform(act, world.ids[index]!, world.actor(index, who));
    const after = Date.now();
    if (faulty) real.heal();

    const stepsAt = (time: number) => possible.map((session) => step(session, who, act, time, real.policy));
    const [first, last] = [stepsAt(now), stepsAt(after)];
    // Also by a fault before it, from which the connections are not yet back.
    if (real.inject && answer.errors && isUnavailable(answer)) {
      // It happened, or it did not, or only its first half did; a poll shows which.
      const outcomesOf = (steps: readonly Step[]) =>
        steps.flatMap(({ next, between }, world_) => [possible[world_]!, next, between ?? next]);
      world.sessions[index] = await pollAll(world, index, [outcomesOf(first), outcomesOf(last)], real);
      return;
    }
    if (act.kind === 'update' && !real.inject && who === 'owner' && possible[0]!.state === 'EN_ROUTE') {
      const trainer = OWNERS[index]!;
      const { arrivals, refusal } = rated(world.arrivals[trainer]!, now, real.policy);
      world.arrivals[trainer] = arrivals;
      if (refusal) return expectOne([{ answer: refusal }], answer, this);
    }
    const kept = firstAgreeing([first, last], answer, this);
    world.sessions[index] = kept.map(({ next }) => bound(next, rootOf(answer)));
  }

  toString = (): string => {
    const { at: index, role: who, plan: planned, fault: how } = this.fields;
    return `${who} ${JSON.stringify(planned)} session ${index}${how === null ? '' : ` (fault ${how})`}`;
  };
}

/** The booking system changes a booking. */
class RebookCommand implements Command {
  constructor(private readonly fields: { at: number; status: SessionStatus }) {}

  check = (): boolean => true;

  async run(world: World, { service }: Real): Promise<void> {
    const { at: index, status } = this.fields;
    await service.book({
      id: world.ids[index]!,
      trainerId: world.trainers[OWNERS[index]!]!.id,
      studentId: world.student.id,
      status,
    });
    world.sessions[index] = world.sessions[index]!.map((session) => ({ ...session, status }));
  }

  toString = (): string => `session ${this.fields.at} becomes ${this.fields.status}`;
}

/** Time passes until a journey is overdue; whether the watchdog has been there makes no difference to anyone. */
class DeadlineCommand implements Command {
  constructor(private readonly at: number) {}

  check = (world: Readonly<World>): boolean =>
    world.sessions[this.at]!.every(({ state }) => state === 'EN_ROUTE');

  async run(world: World, { service: { redis, keys } }: Real): Promise<void> {
    const id = world.ids[this.at]!;
    const past = Date.now() - 1;
    await redis.hset(keys.active(id), 'expiresAt', past);
    await redis.zadd(keys.deadlines(partitionOf(id)), past, id);
    world.sessions[this.at] = world.sessions[this.at]!.map((session) => endedAs(session, 'EXPIRED'));
  }

  toString = (): string => `the deadline of session ${this.at} passes`;
}

/** Each of the three users asks for the active journeys. */
class ActiveJourneysCommand implements Command {
  check = (): boolean => true;

  async run(world: World): Promise<void> {
    for (const [viewer, owned] of [
      [world.student, [0, 1, 2]],
      [world.trainers[0]!, [0, 1]],
      [world.trainers[1]!, [2]],
      [world.outsider, []],
    ] as const) {
      const { data } = await retryWhileUnavailable(() => viewer.ask('{ activeJourneys { sessionId } }'));
      const found = data.activeJourneys.map(({ sessionId }: { sessionId: string }) => sessionId).sort();
      const underway = owned.filter((index) => world.sessions[index]![0]!.state === 'EN_ROUTE');
      expect(found).toEqual(underway.map((index) => world.ids[index]!).sort());
    }
  }

  toString = (): string => 'everybody asks for activeJourneys';
}

function perform(act: Act, id: string, who: Actor): Promise<GraphQLAnswer> {
  switch (act.kind) {
    case 'start':
      return who.start(id, act.requestId ?? undefined);
    case 'update':
      return act.batch ? who.updateBatch(id, act.points.map(input)) : who.update(id, input(act.points[0]!));
    case 'arrive':
      return who.arrive(id, act.point ? input(act.point) : undefined);
    case 'stop':
      return who.stop(id);
    case 'refresh':
      return who.refresh(id);
    case 'poll':
      return who.poll(id);
  }
}

const input = ({ latitude, longitude, accuracy, capturedAt }: Fix): object => ({
  latitude,
  longitude,
  accuracy,
  capturedAt: capturedAt === null ? null : new Date(capturedAt).toISOString(),
});

/** Which of the outcomes a poll confirms: of the first list of which it confirms any. */
async function pollAll(
  world: World,
  index: number,
  lists: readonly ModelSession[][],
  { policy }: Real,
): Promise<ModelSession[]> {
  const answer = await retryWhileUnavailable(() => world.student.poll(world.ids[index]!));
  const polls = lists.map((outcomes) =>
    outcomes.map((outcome) => step(outcome, 'student', { kind: 'poll' }, Date.now(), policy)),
  );
  const kept = firstAgreeing(polls, answer, 'the poll after a 503');
  const unique = new Map(kept.map(({ next }) => [JSON.stringify(next), bound(next, rootOf(answer))]));
  return [...unique.values()];
}

const rootOf = ({ data }: GraphQLAnswer): Record<string, unknown> | null =>
  data ? (Object.values(data)[0] as Record<string, unknown>) : null;

/** Adds what only the service decides, as soon as an answer returns it. */
function bound(session: ModelSession, root: Record<string, unknown> | null): ModelSession {
  const startedAt = root?.['startedAt'];
  if (session.journeyId !== '' || session.state === 'NOT_STARTED' || typeof startedAt !== 'string')
    return session;
  return {
    ...session,
    journeyId: (root!['journeyId'] ?? root!['id']) as string,
    startedAt: Date.parse(startedAt),
  };
}

function agrees(answer: GraphQLAnswer, expected: Expected): boolean {
  try {
    if (expected.ok) {
      expect(answer.errors).toBeUndefined();
      expect(rootOf(answer)).toMatchObject(expected.fields);
    } else {
      expect(answer.code).toBe(expected.code);
      expect(answer.errors![0].extensions).toMatchObject(expected.fields ?? {});
    }
    return true;
  } catch {
    return false;
  }
}

/** Of the first list in which any step agrees with the answer, those that do. */
function firstAgreeing(lists: readonly Step[][], answer: GraphQLAnswer, what: unknown): Step[] {
  for (const steps of lists) {
    const kept = steps.filter(({ answer: expected }) => agrees(answer, expected));
    if (kept.length > 0) return kept;
  }
  throw disagreement(lists.flat(), answer, what);
}

function expectOne(steps: readonly { answer: Expected }[], answer: GraphQLAnswer, what: unknown): void {
  if (!steps.some((one) => agrees(answer, one.answer))) throw disagreement(steps, answer, what);
}

function disagreement(steps: readonly { answer: Expected }[], answer: GraphQLAnswer, what: unknown): Error {
  const heard = JSON.stringify(answer.errors ?? answer.data);
  return new Error(
    `${String(what)}\nexpected ${JSON.stringify(steps.map((one) => one.answer))}\nheard    ${heard}`,
  );
}
