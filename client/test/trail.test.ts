import { describe, expect, test } from 'vitest';

import { LiveLocationWatch, type TrailPoint } from '../src/index.js';
import { Trail } from '../src/liveLocation/Trail.js';
import { answeringClient } from './support/answeringClient.js';
import { liveLocation } from './support/liveLocation.js';
import { ManualClock } from './support/ManualClock.js';
import { TestVisibility } from './support/phone.js';
import { fc } from './support/properties.js';

const point = (version: number, index: number): TrailPoint => ({
  __typename: 'TrailPoint',
  version,
  latitude: 48 + index / 1000,
  longitude: 11,
  capturedAt: new Date(Date.UTC(2026, 4, 4, 8) + index * 1000).toISOString(),
});

/** A service's journey: its requests bring none, one or several points each. */
class Way {
  readonly points: TrailPoint[] = [];
  version = 1;

  constructor(readonly journeyId = 'journey-1') {}

  drive(pointsOfRequest: number): void {
    this.version += 1;
    for (let count = 0; count < pointsOfRequest; count += 1)
      this.points.push(point(this.version, this.points.length));
  }

  answer(afterVersion: number) {
    return {
      ...liveLocation({ journeyId: this.journeyId, version: this.version }),
      trail: this.points.slice(-240).filter(({ version }) => version > afterVersion),
    };
  }
}

describe('a trail', () => {
  test('has no gap and no duplicate, whatever is lost, late, repeated or out of order', () => {
    const step = fc.record({
      requests: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
      /** When the answer comes, in later steps; null: never. */
      comesAfter: fc.option(fc.integer({ min: 0, max: 3 })),
      isRepeated: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const way = new Way();
        const trail = new Trail();
        const onTheWire: { answer: ReturnType<Way['answer']>; askedAfter: number; at: number }[] = [];
        const receive = (until: number) => {
          for (const { answer, askedAfter, at } of onTheWire.splice(0)) {
            if (at > until) onTheWire.push({ answer, askedAfter, at });
            else trail.update(answer, answer, askedAfter);
          }
        };
        steps.forEach(({ requests, comesAfter, isRepeated }, index) => {
          for (const points of requests) way.drive(points);
          const askedAfter = trail.afterVersion;
          const sent = { answer: way.answer(askedAfter), askedAfter };
          if (comesAfter !== null) onTheWire.push({ ...sent, at: index + comesAfter });
          if (comesAfter !== null && isRepeated) onTheWire.push({ ...sent, at: index + comesAfter + 1 });
          receive(index);
          // At any time: the beginning of the way, complete up to some request.
          const known = trail.get();
          expect(known).toEqual(
            way.points.filter(({ version }) => version <= trail.afterVersion).slice(-240),
          );
        });
        const last = way.answer(trail.afterVersion);
        trail.update(last, last, trail.afterVersion);
        expect(trail.get()).toEqual(way.points.slice(-240));
      }),
    );
  });

  test('keeps the newest 240 points', () => {
    const way = new Way();
    const trail = new Trail();
    for (let poll = 0; poll < 100; poll += 1) {
      way.drive(5);
      const answer = way.answer(trail.afterVersion);
      expect(answer.trail).toHaveLength(5);
      trail.update(answer, answer, trail.afterVersion);
    }
    expect(trail.get()).toEqual(way.points.slice(-240));
  });

  test('begins anew with another journey, also when it was asked for what is new of the last one', () => {
    const trail = new Trail();
    const first = new Way('journey-1');
    for (let request = 0; request < 20; request += 1) first.drive(1);
    trail.update(first.answer(0), first.answer(0), 0);
    const askedAfter = trail.afterVersion;
    const second = new Way('journey-2');
    for (let request = 0; request < 30; request += 1) second.drive(1);
    const late = second.answer(askedAfter);
    trail.update(late, late, askedAfter);
    expect([trail.get(), trail.afterVersion]).toEqual([[], 0]);
    trail.update(second.answer(0), second.answer(0), 0);
    expect(trail.get()).toEqual(second.points);
    // An answer about the first one that was overtaken.
    trail.update(second.answer(0), first.answer(0), 0);
    expect(trail.get()).toEqual(second.points);
  });

  test('is gone with the end of its journey', () => {
    const way = new Way();
    way.drive(3);
    const trail = new Trail();
    trail.update(way.answer(0), way.answer(0), 0);
    expect(trail.get()).toHaveLength(3);
    const ended = { ...liveLocation({ state: 'ARRIVED', isActive: false, version: 3 }), trail: [] };
    trail.update(ended, ended, 2);
    expect(trail.get()).toEqual([]);
  });
});

describe('a watch', () => {
  async function watching(way: Way) {
    const clock = new ManualClock();
    const network = { isAway: false };
    const { client, asked } = answeringClient(({ afterVersion }) =>
      network.isAway ? null : { data: { liveLocation: way.answer((afterVersion as number) ?? 0) } },
    );
    const watch = new LiveLocationWatch({
      client,
      sessionId: 'session-1',
      clock,
      random: () => 1,
    });
    watch.open();
    watch.setVisibility(new TestVisibility());
    await clock.pass(100);
    return { clock, network, asked, watch };
  }

  test('asks only for the new part, also after polls without an answer', async () => {
    const way = new Way();
    for (let request = 0; request < 10; request += 1) way.drive(1);
    const { clock, network, asked, watch } = await watching(way);
    expect(watch.getState().trail).toHaveLength(10);
    const before = watch.getState().trail;
    await clock.pass(5000);
    expect(watch.getState().trail).toBe(before);
    network.isAway = true;
    for (let request = 0; request < 7; request += 1) way.drive(1);
    await clock.pass(30_000);
    network.isAway = false;
    await clock.pass(30_000);
    expect(watch.getState().trail).toEqual(way.points);
    expect([...new Set(asked.map(({ afterVersion }) => afterVersion))]).toEqual([0, 11, 18]);
    watch.close();
  });
});
