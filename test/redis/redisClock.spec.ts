import { RedisClock } from '../../src/redis/redisClock';

/** Any name will do. */
const NODE = '127.0.0.1:6379';

describe("What is known of a Redis node's clock", () => {
  let now: number;
  let clock: RedisClock;
  beforeEach(() => {
    now = 1000;
    clock = new RedisClock(() => now);
  });

  /** A command sent now; the node ran it `runMs` later, and its reply took another `replyMs`. */
  function exchange(aheadMs: number, runMs: number, replyMs: number, node = NODE): void {
    const sentAt = now;
    now += runMs;
    const redisNow = Math.floor(now + aheadMs);
    now += replyMs;
    clock.note(node, redisNow, sentAt);
  }

  it('is nothing before the first reply, and of a node that was never asked', () => {
    expect(clock.toRedis(NODE, now)).toBeUndefined();
    exchange(5000, 1, 1, 'another');
    expect(clock.toRedis(NODE, now)).toBeUndefined();
  });

  it.each([
    [0, 300],
    [300, 0],
    [150, 150],
  ])(
    'never makes a deadline later than it is, whether the way there took %d ms or the way back %d ms',
    (there, back) => {
      exchange(5000.7, there, back);
      const deadline = clock.toRedis(NODE, 2000)!;
      expect(deadline).toBeLessThan(2000 + 5000.7);
      expect(deadline).toBeGreaterThanOrEqual(2000 + 5000 - back - 2);
    },
  );

  it('is as exact as the fastest of the latest replies', () => {
    exchange(5000, 1, 200);
    exchange(5000, 1, 2);
    exchange(5000, 1, 200);
    expect(clock.toRedis(NODE, 2000)).toBe(2000 + 5000 - 2 - 1);
  });

  it('goes by another machine at once that answers under the same name, its clock behind or ahead', () => {
    exchange(5000, 1, 1);
    exchange(3000, 1, 1);
    expect(clock.toRedis(NODE, 2000)).toBeLessThan(2000 + 3000);
    exchange(5000, 1, 1);
    expect(clock.toRedis(NODE, 2000)).toBeGreaterThan(2000 + 4990);
  });

  it('is forgotten on demand, and after 10 s: clocks drift', () => {
    exchange(5000, 1, 1);
    now += 10_001;
    expect(clock.toRedis(NODE, now)).toBeUndefined();
    exchange(5000, 1, 1);
    clock.forget(NODE);
    expect(clock.toRedis(NODE, now)).toBeUndefined();
  });
});
