import { describe, expect, it } from 'vitest';

import {
  describeJourney,
  describeRefusal,
  englishWords,
  formatAge,
  formatArrival,
  formatClock,
  formatDistance,
  formatDuration,
  formatPerson,
  germanWords,
  journeyNotes,
  nextAnnouncement,
  type Announcement,
  wordsFor,
  type JourneyView,
} from '../src/words/index.js';

const english = englishWords('browser');

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
  stage: null,
  arrival: null,
  alerts: [],
  trackingProblem: null,
};

describe("a student's card", () => {
  it('distinguishes each state of an active journey', () => {
    const chips = (['LIVE', 'DELAYED', 'LOST', 'OFFLINE'] as const).map(
      (signal) => describeJourney(english, { ...onTheWay, signal }, NOW).chip,
    );
    expect(chips).toEqual(['Live', 'Delayed', 'Lost', 'Offline']);
  });

  it('never calls a journey live before its first position', () => {
    const words = describeJourney(english, { ...onTheWay, signal: undefined, fixAge: undefined }, NOW);
    expect(words.title).toBe('Setting off');
    expect(words.chip).toBeUndefined();
  });

  it('says how old the last position is while the signal is lost', () => {
    const lost = { ...onTheWay, signal: 'LOST', fixAge: { ageMs: 180_000, at: before(10_000) } } as const;
    expect(describeJourney(english, lost, NOW).detail).toContain('for 3 minutes');
  });

  it('says that the service is away, and where the trainer was when it last answered', () => {
    const offline = { ...onTheWay, signal: 'OFFLINE' } as const;
    expect(describeJourney(english, offline, NOW)).toMatchObject({ title: 'No connection', tone: 'lost' });
    expect(describeJourney(english, offline, NOW).detail).toContain('4 s ago');
  });

  it('says since when a trainer has been at the door', () => {
    const arrived = { ...onTheWay, phase: 'ARRIVED', signal: undefined, fixAge: undefined } as const;
    expect(describeJourney(english, arrived, NOW).detail).toMatch(/^Your trainer is at the door\./);
    const since = describeJourney(english, { ...arrived, endedAt: '2030-05-01T12:09:00.000Z' }, NOW).detail;
    expect(since).toMatch(/^Your trainer has been at the door since \d/);
  });

  it('keeps telling an end that it knows although the service is away', () => {
    const arrived = { ...onTheWay, phase: 'ARRIVED', signal: 'OFFLINE' } as const;
    expect(describeJourney(english, arrived, NOW).title).toBe('Arrived');
  });

  it('distinguishes a journey that may still start from one that cannot', () => {
    const before: JourneyView = {
      ...onTheWay,
      phase: 'NOT_STARTED',
      signal: undefined,
      fixAge: undefined,
    };
    expect(describeJourney(english, before, NOW).title).toBe('Not on the way yet');
    expect(describeJourney(english, { ...before, stillAsking: false }, NOW).title).toBe('No journey');
  });

  it('has words of its own for each end', () => {
    const titles = (['ARRIVED', 'STOPPED', 'EXPIRED', 'CANCELLED'] as const).map(
      (phase) => describeJourney(english, { ...onTheWay, phase, signal: undefined }, NOW).title,
    );
    expect(new Set(titles).size).toBe(4);
  });
});

describe("a student's card of a journey that is expected at some time", () => {
  const expected: JourneyView = {
    ...onTheWay,
    stage: 'ON_THE_WAY',
    arrival: { kind: 'RANGE', fromMinutes: 8, toMinutes: 12 },
  };

  it('leads with when the trainer is expected', () => {
    const title = (change: Partial<JourneyView>) =>
      describeJourney(english, { ...expected, ...change }, NOW).title;
    expect(title({})).toBe('In 8–12 min');
    expect(title({ signal: 'DELAYED' })).toBe('In 8–12 min');
    expect(title({ arrival: { kind: 'RANGE', fromMinutes: 3, toMinutes: 3 } })).toBe('In about 3 min');
    expect(title({ arrival: { kind: 'SOON' } })).toBe('Any moment now');
    expect(title({ arrival: { kind: 'LATE', aboutMs: NOW_MS } })).toMatch(/^Late: about \d/);
    expect(title({ arrival: null })).toBe('On the way');
    expect(title({ stage: 'AT_THE_DOOR' })).toBe('At the door');
  });

  it('claims nothing about the arrival while the signal is lost or the service is away', () => {
    for (const signal of ['LOST', 'OFFLINE'] as const) {
      const { title, detail } = describeJourney(english, { ...expected, signal }, NOW);
      expect(`${title} ${detail}`).not.toContain('8–12');
    }
  });

  it('says in plain words what keeps the phone from sharing', () => {
    for (const signal of ['LIVE', 'DELAYED', 'LOST', undefined] as const) {
      const view = { ...expected, signal, trackingProblem: 'PERMISSION_DENIED' } as const;
      expect(describeJourney(english, view, NOW).detail).toBe(
        "The trainer's phone is not allowed to share its position at the moment.",
      );
    }
  });

  it('tells of a stand and of lateness, but of neither while nothing is known', () => {
    const alerts = ['RUNNING_LATE', 'NOT_MOVING', 'SIGNAL_LOST'] as const;
    expect(journeyNotes(english, { ...expected, alerts })).toHaveLength(2);
    const late = { kind: 'LATE', aboutMs: NOW_MS } as const;
    expect(journeyNotes(english, { ...expected, alerts, arrival: late })).toHaveLength(1);
    expect(journeyNotes(english, { ...expected, alerts, signal: 'LOST' })).toEqual([]);
    expect(journeyNotes(english, { ...expected, alerts, phase: 'ARRIVED' })).toEqual([]);
  });

  it('says that a trainer who did not set off was expected', () => {
    const view = { ...expected, phase: 'NOT_STARTED', signal: undefined, alerts: ['NO_SHOW'] } as const;
    expect(describeJourney(english, view, NOW).detail).toContain('has not set off');
  });
});

describe('what a screen reader says', () => {
  const expected: JourneyView = { ...onTheWay, stage: 'ON_THE_WAY' };

  it('is each stage once, and nothing that only counts down, ages or flickers', () => {
    let said: Announcement | null = null;
    const texts: string[] = [];
    const see = (change: Partial<JourneyView>, journeyId = 'journey-1') => {
      const next = nextAnnouncement(english, said, { view: { ...expected, ...change }, journeyId, now: NOW });
      if (next !== said) texts.push(next.text);
      said = next;
    };
    see({ signal: undefined });
    see({ arrival: { kind: 'RANGE', fromMinutes: 8, toMinutes: 12 } });
    see({ arrival: { kind: 'RANGE', fromMinutes: 7, toMinutes: 11 } });
    see({ signal: 'DELAYED' });
    see({ signal: 'LIVE' });
    see({ stage: 'NEARBY' });
    see({ stage: 'NEARBY', signal: 'LOST', fixAge: { ageMs: 70_000, at: before(0) } });
    see({ stage: 'NEARBY', signal: 'LOST', fixAge: { ageMs: 190_000, at: before(0) } });
    see({ stage: 'NEARBY' });
    see({ stage: 'NEARBY', arrival: { kind: 'SOON' } });
    see({ stage: 'AT_THE_DOOR' });
    see({ phase: 'ARRIVED', stage: null, signal: undefined });
    see({ stage: 'NEARBY' }, 'journey-2');
    expect(texts.map((text) => text.split('.')[0])).toEqual([
      'Setting off',
      'On the way',
      'Close by',
      'Signal lost',
      'The signal is back',
      'At the door',
      'Arrived',
      'Close by',
    ]);
  });
});

describe('formatted numbers', () => {
  it.each([
    [0, '0 m'],
    [42.4, '42 m'],
    [154, '150 m'],
    [994, '990 m'],
    [996, '1.0 km'],
    [1640, '1.6 km'],
    [9940, '9.9 km'],
    [9960, '10 km'],
    [14_400, '14 km'],
  ])('says %d metres as %s', (meters, words) => {
    expect(formatDistance(english, meters)).toBe(words);
    expect(formatDistance(germanWords('app'), meters)).toBe(words.replace('.', ','));
  });

  it.each([
    [0, 'just now'],
    [2999, 'just now'],
    [3000, '3 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [7_200_000, '2 h ago'],
  ])('says %d ms of age as %s', (ageMs, words) => {
    expect(formatAge(english, ageMs)).toBe(words);
  });

  it.each([
    [59_000, 'less than a minute'],
    [60_000, '1 minute'],
    [190_000, '3 minutes'],
    [3_900_000, '1 h 5 min'],
  ])('says a length of %d ms as %s', (durationMs, words) => {
    expect(formatDuration(english, durationMs)).toBe(words);
  });

  it('shows a seeded id as a name, and any other id unchanged', () => {
    expect(formatPerson(english, 'trainer-00012')).toBe('Trainer 12');
    expect(formatPerson(germanWords('app'), 'student-00012')).toBe('Schüler 12');
    expect(formatPerson(english, '9f1c:anna')).toBe('9f1c:anna');
  });
});

describe('the languages', () => {
  it('are chosen by what the reader wants most, and English where there is none of these', () => {
    const languageFor = (...tags: string[]) => wordsFor(tags, 'app').language;
    expect(languageFor('de-AT', 'en')).toBe('de');
    expect(languageFor('fr', 'de')).toBe('de');
    expect(languageFor('en-GB', 'de')).toBe('en');
    expect(languageFor('fr')).toBe('en');
    expect(languageFor()).toBe('en');
  });

  /** Every text of a language by its path; functions are called with what stands for itself. */
  function textsOf(value: unknown, path = ''): [string, string][] {
    if (typeof value === 'string') return [[path, value]];
    if (typeof value === 'function') {
      const call = value as (...args: unknown[]) => unknown;
      return [...textsOf(call(2, 3), `${path}(2, 3)`), ...textsOf(call(undefined), `${path}()`)];
    }
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, each]) => textsOf(each, `${path}.${key}`));
  }

  it.each(['browser', 'app'] as const)('say all things in words of their own, in a %s', (host) => {
    const german = new Map(textsOf(germanWords(host)));
    const texts = textsOf(englishWords(host));
    expect(german.size).toBeGreaterThan(150);
    // Words that both languages have, numbers, and what stands for nothing.
    const alike =
      /^(\.chips\.(LIVE|OFFLINE)|\.signals\.LIVE|\.trainer\.chips\.offline|\.facts\.unknown)$|^\.(meters|kilometers|duration\.hours)\(|\.trainer$|^\.arrival\.range/;
    for (const [path, text] of texts) {
      if (text === '') continue;
      const other = german.get(path);
      expect(other, path).toBeTruthy();
      if (!alike.test(path)) expect(other, path).not.toBe(text);
    }
  });

  it('tell an app to sign in, and a page to open its link', () => {
    expect(describeRefusal(englishWords('app'), 'UNAUTHENTICATED').detail).toBe('Sign in again.');
    expect(describeRefusal(english, 'UNAUTHENTICATED').detail).toContain('link');
    expect(JSON.stringify(textsOf(englishWords('app')))).not.toContain('rowser');
    expect(JSON.stringify(textsOf(germanWords('app')))).not.toContain('rowser');
  });

  it('say the time of an arrival', () => {
    const late = { kind: 'LATE', aboutMs: Date.UTC(2030, 4, 1, 10, 40) } as const;
    expect(formatArrival(germanWords('app'), late)).toMatch(/^verspätet: etwa \d{2}:\d{2}$/);
  });
});

describe("an operator's list", () => {
  it('says when a position was corrected, in each language', () => {
    const clock = formatClock(english, new Date(2030, 4, 1, 10, 12).toISOString());
    expect(english.operator.positionCorrected(clock)).toBe(`position corrected at ${clock}`);
    expect(germanWords('browser').operator.positionCorrected('10:12')).toBe('Standort um 10:12 korrigiert');
    expect(clock).toContain('10:12');
  });
});
