import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';

import type { Keys } from '../../src/redis/keys';
import type { ScriptName } from '../../src/redis/scripts';
import {
  metersFromHome,
  type Actor,
  type Booking,
  type GraphQLAnswer,
  type TestService,
} from '../support/service';

/** What a viewer may ask, and what a right answer is. */
export interface Operation {
  readonly name: string;
  /** The scripts without which it can't be answered: faults affect their calls. */
  readonly scripts: readonly ScriptName[];
  /** Whether a journey is active before it. */
  readonly startsActive: boolean;
  /** Each call with one scene sends the very same request, as a phone repeats it. */
  act(scene: Scene): Promise<GraphQLAnswer>;
  /** The data that a successful answer must hold. */
  expected(scene: Scene): object;
  /**
   * What the answer must hold once the operation has taken effect, although its caller was not told so. Left out where
   * it is the same answer again.
   * @param journeyId of the journey that Redis holds
   */
  expectedOfRepeat?(scene: Scene, journeyId: string): Partial<GraphQLAnswer>;
}

/** A session in the state that an operation needs, and those who act on it. */
export interface Scene extends Booking {
  readonly operator: Actor;
  /** Has a share of the session, whose id is shareId. */
  readonly guest: Actor;
  readonly shareId: string;
  readonly requestId: string;
  /** The active journey; null when there is none. */
  readonly journeyId: string | null;
  /** A fix that an active journey accepts: one journey, one fix, however often it is sent. */
  readonly fix: { readonly latitude: number; readonly longitude: number; readonly capturedAt: string };
  readonly sentAt: string;
}

/** The settings of a service under faults: trainers may send at any interval, and a slow machine must not change a result. */
export const FAULT_SETTINGS = {
  UPDATE_INTERVAL_MS: '1',
  UPDATE_JITTER_MS: '60000',
  // A busy test machine must not look like an attack or an overload.
  REQUESTS_PER_MINUTE: 'off',
  MAX_EVENT_LOOP_DELAY_MS: 'off',
};

/**
 * Books a session and brings it into the state that the operation needs.
 * @param id of the session; a new one when left out
 */
export async function arrange(service: TestService, operation: Operation, id?: string): Promise<Scene> {
  const booking = await service.book(id === undefined ? {} : { id });
  const operator = await service.actor('operator-1', 'operator');
  const requestId = randomUUID();
  // This request reads and writes, so after it both connections work, whatever an earlier fault did to them.
  await retryWhileUnavailable(() => operator.refresh(booking.id));
  const { share, token } = (await retryWhileUnavailable(() => booking.student.share(booking.id))).data
    .shareJourney;
  let journeyId: string | null = null;
  let firstAt = 0;
  if (operation.startsActive) {
    const started = await retryWhileUnavailable(() => booking.trainer.start(booking.id, requestId));
    journeyId = started.data.startJourney.id as string;
    firstAt = Date.now();
    const first = fixAt(140, firstAt);
    await retryWhileUnavailable(() => booking.trainer.update(booking.id, first));
  }
  const sentAt = Math.max(firstAt + 1, Date.now());
  return {
    ...booking,
    operator,
    requestId,
    guest: service.nobody(token),
    shareId: share.id as string,
    journeyId,
    fix: fixAt(130, sentAt),
    sentAt: new Date(sentAt).toISOString(),
  };
}

/** No speed limit parts two of these fixes, however soon one follows the other: they are less exact than they are apart. */
const fixAt = (meters: number, capturedAt: number) => ({
  ...metersFromHome(meters),
  accuracy: 50,
  capturedAt: new Date(capturedAt).toISOString(),
});

export type Verdict = 'right' | 'unavailable' | { readonly wrong: string };

/** An answer is right, or it says that the store is unavailable; anything else is wrong. */
export function judge(operation: Operation, scene: Scene, answer: GraphQLAnswer): Verdict {
  return judgeAgainst({ errors: undefined, data: operation.expected(scene) }, operation, answer);
}

function judgeAgainst(expected: Partial<GraphQLAnswer>, { name }: Operation, answer: GraphQLAnswer): Verdict {
  if (matches(answer, expected)) return 'right';
  if (answer.errors && isUnavailable(answer)) return 'unavailable';
  const { status, data, errors } = answer;
  return {
    wrong: `${name}: ${JSON.stringify({ status, data, errors })} instead of ${JSON.stringify(expected)}`,
  };
}

/**
 * Repeats an operation's request until it is answered, and judges each answer exactly: what Redis holds says whether the
 * operation has taken effect, so only one answer is right.
 * @param read what Redis holds of the scene, as `journeyInRedis`
 * @param arranged what it held before the operation was tried for the first time
 */
export async function repeatUntilAnswered(
  operation: Operation,
  scene: Scene,
  { read, arranged }: { readonly read: () => Promise<string>; readonly arranged: string },
): Promise<Verdict> {
  const giveUpAt = performance.now() + 10_000;
  for (let held = await read(); ;) {
    const answer = await operation.act(scene);
    const hasTakenEffect = held !== arranged;
    const verdict =
      hasTakenEffect && operation.expectedOfRepeat
        ? judgeAgainst(operation.expectedOfRepeat(scene, journeyIdIn(held)), operation, answer)
        : judge(operation, scene, answer);
    if (verdict !== 'unavailable' || performance.now() > giveUpAt) return verdict;
    held = await read();
    await sleep(20);
    const later = await read();
    if (later !== held) return { wrong: `${operation.name} ran after its 503: ${held} became ${later}` };
  }
}

/** Whether it is a complete STORE_UNAVAILABLE: the code, the status, and when to retry, in the header and in the body. */
export function isUnavailable({ status, headers, errors }: GraphQLAnswer): boolean {
  return (
    status === 503 &&
    Number(headers.get('retry-after')) >= 1 &&
    errors!.every(({ extensions }) => extensions.code === 'STORE_UNAVAILABLE' && extensions.retryAfterMs > 0)
  );
}

/** Repeats a request while the answer is 503, as the client does. */
export async function retryWhileUnavailable(
  ask: () => Promise<GraphQLAnswer>,
  withinMs = 10_000,
): Promise<GraphQLAnswer> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer.errors === undefined) return answer;
    if (!isUnavailable(answer) || performance.now() > giveUpAt) {
      throw new Error(
        `Expected success: ${JSON.stringify({ status: answer.status, errors: answer.errors })}`,
      );
    }
    await sleep(20);
  }
}

/** Everything that Redis holds of a session's journey and its shares, so that two moments can be compared. */
export async function journeyInRedis(
  redis: Redis,
  keys: Keys,
  { id, trainer }: Pick<Scene, 'id' | 'trainer'>,
): Promise<string> {
  const held = await Promise.all(
    [keys.active(id), keys.ended(id), keys.location(trainer.id, id), keys.shares(id)].map((key) =>
      redis.hgetall(key),
    ),
  );
  return JSON.stringify(held);
}

/** The id of the journey, active or ended, in what `journeyInRedis` returned. */
function journeyIdIn(held: string): string {
  const [active, ended] = JSON.parse(held) as Record<string, string>[];
  return String(active!['id'] ?? ended!['id']);
}

/** Whether `actual` has all that `expected` has, as jest's toMatchObject. */
function matches(actual: unknown, expected: unknown): boolean {
  if (expected === null || typeof expected !== 'object') return Object.is(actual, expected);
  if (actual === null || typeof actual !== 'object') return false;
  return Object.entries(expected).every(([name, value]) =>
    matches((actual as Record<string, unknown>)[name], value),
  );
}
