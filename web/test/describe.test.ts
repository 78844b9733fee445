import { describe, expect, it } from 'vitest';
import { describeJourney, type JourneyView } from '../src/student/describe';

const NOW_MS = Date.parse('2030-05-01T12:10:00.000Z');
/** By both clocks of a device, so long before now. */
const before = (ms: number) => ({ wallMs: NOW_MS - ms, monotonicMs: 1_000_000 - ms });
const NOW = before(0);

const onTheWay: JourneyView = {
  phase: 'EN_ROUTE',
  signal: 'LIVE',
  fixAge: { ageMs: 1000, at: before(3000) },
  startedAt: '2030-05-01T12:00:00.000Z',
  endedAt: undefined,
  stillAsking: true,
};

describe("a student's card", () => {
  it('distinguishes each state of an active journey', () => {
    const chips = (['LIVE', 'DELAYED', 'LOST', 'OFFLINE'] as const).map(
      (signal) => describeJourney({ ...onTheWay, signal }, NOW).chip,
    );
    expect(chips).toEqual(['Live', 'Delayed', 'Lost', 'Offline']);
  });

  it('never calls a journey live before its first position', () => {
    const words = describeJourney({ ...onTheWay, signal: undefined, fixAge: undefined }, NOW);
    expect(words.title).toBe('Setting off');
    expect(words.chip).toBeUndefined();
  });

  it('says how old the last position is while the signal is lost', () => {
    const lost = { ...onTheWay, signal: 'LOST', fixAge: { ageMs: 180_000, at: before(10_000) } } as const;
    expect(describeJourney(lost, NOW).detail).toContain('for 3 minutes');
  });

  it('says that the service is away, and where the trainer was when it last answered', () => {
    const offline = { ...onTheWay, signal: 'OFFLINE' } as const;
    expect(describeJourney(offline, NOW)).toMatchObject({ title: 'No connection', tone: 'lost' });
    expect(describeJourney(offline, NOW).detail).toContain('4 s ago');
  });

  it('says since when a trainer has been at the door', () => {
    const arrived = { ...onTheWay, phase: 'ARRIVED', signal: undefined, fixAge: undefined } as const;
    expect(describeJourney(arrived, NOW).detail).toMatch(/^Your trainer is at the door\./);
    const since = describeJourney({ ...arrived, endedAt: '2030-05-01T12:09:00.000Z' }, NOW).detail;
    expect(since).toMatch(/^Your trainer has been at the door since \d/);
  });

  it('keeps telling an end that it knows although the service is away', () => {
    const arrived = { ...onTheWay, phase: 'ARRIVED', signal: 'OFFLINE' } as const;
    expect(describeJourney(arrived, NOW).title).toBe('Arrived');
  });

  it('distinguishes a journey that may still start from one that cannot', () => {
    const before: JourneyView = {
      ...onTheWay,
      phase: 'NOT_STARTED',
      signal: undefined,
      fixAge: undefined,
    };
    expect(describeJourney(before, NOW).title).toBe('Not on the way yet');
    expect(describeJourney({ ...before, stillAsking: false }, NOW).title).toBe('No journey');
  });

  it('has words of its own for each end', () => {
    const titles = (['ARRIVED', 'STOPPED', 'EXPIRED', 'CANCELLED'] as const).map(
      (phase) => describeJourney({ ...onTheWay, phase, signal: undefined }, NOW).title,
    );
    expect(new Set(titles).size).toBe(4);
  });
});
