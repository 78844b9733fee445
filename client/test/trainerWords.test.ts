import { describe, expect, it } from 'vitest';

import type { FailureCode, JourneyFailure, TrackerState } from '../src/core.js';
import { describeTracker, englishWords, trackerNotice } from '../src/words/index.js';

const words = englishWords('browser');

const driving: TrackerState = {
  phase: 'EN_ROUTE',
  journey: { id: 'journey-1', startedAt: '2030-05-01T12:00:00.000Z', expiresAt: '2030-05-01T13:00:00.000Z' },
  outcome: null,
  sending: 'ONLINE',
  bufferedFixes: 0,
  droppedFixes: 0,
  rejectedFixes: 0,
  lastRejection: null,
  lastFix: null,
  acceptedFix: { ageMs: 1000, at: { wallMs: 0, monotonicMs: 0 } },
  signal: 'LIVE',
  distanceMeters: 800,
  canMarkArrived: false,
  positionProblem: null,
  trackingProblem: null,
  storageFailed: false,
  failure: null,
};

const failure = (code: FailureCode, extensions: JourneyFailure['extensions'] = {}): JourneyFailure => ({
  code,
  message: code,
  status: null,
  retryAfterMs: null,
  extensions,
});

describe("a trainer's notice", () => {
  const tooFar = {
    action: 'arrive',
    failure: failure('ARRIVAL_TOO_FAR', { distanceMeters: 800, limitMeters: 150 }),
  } as const;

  it('says how far it still is, by where the car is now', () => {
    expect(trackerNotice(words, driving, tooFar)).toContain('still 800 m away');
    expect(trackerNotice(words, { ...driving, distanceMeters: 300 }, tooFar)).toContain('still 300 m away');
  });

  it('is gone as soon as it is not true any more', () => {
    expect(
      trackerNotice(words, { ...driving, distanceMeters: 60, canMarkArrived: true }, tooFar),
    ).toBeUndefined();
    for (const phase of ['ARRIVING', 'STOPPING', 'ENDED'] as const) {
      expect(trackerNotice(words, { ...driving, phase }, tooFar)).toBeUndefined();
    }
  });

  it('of an arrival that found no connection stays at the door', () => {
    const failed = { action: 'arrive', failure: failure('NETWORK') } as const;
    expect(trackerNotice(words, { ...driving, canMarkArrived: true }, failed)).toContain('No connection');
  });

  it('promises to keep positions only while there are any', () => {
    const notices = (['start', 'arrive', 'stop'] as const).map((action) =>
      trackerNotice(
        words,
        { ...driving, phase: ({ start: 'READY', arrive: 'EN_ROUTE', stop: 'STOPPING' } as const)[action] },
        { action, failure: failure('TIMEOUT') },
      )!,
    );
    expect(new Set(notices).size).toBe(3);
    for (const each of notices) expect(each).not.toContain('kept');
    expect(trackerNotice(words, { ...driving, failure: failure('NETWORK') }, undefined)).toContain('kept');
  });

  it('says what is wrong before a start, and while a stop waits for a new link', () => {
    expect(
      trackerNotice(words, { ...driving, phase: 'READY', failure: failure('NETWORK') }, undefined),
    ).toContain('No connection');
    const stuck = {
      ...driving,
      phase: 'STOPPING',
      sending: 'UNAUTHENTICATED',
      failure: failure('UNAUTHENTICATED'),
    } as const;
    expect(trackerNotice(words, stuck, undefined)).toContain('newest link');
    expect(describeTracker(words, stuck)).toMatchObject({ title: 'Not stopped yet', tone: 'lost' });
  });
});

describe("a trainer's card", () => {
  it('is not ready to go for a session that it may not start', () => {
    const titles = (
      ['UNAUTHENTICATED', 'SESSION_NOT_FOUND', 'FORBIDDEN', 'SESSION_NOT_STARTABLE'] as const
    ).map((code) => describeTracker(words, { ...driving, phase: 'READY', failure: failure(code) }).title);
    expect(titles).toEqual([
      'This link has expired',
      'Not your session',
      'Not your session',
      'This session cannot start',
    ]);
  });

  it('does not say that it shares a position that it has not', () => {
    expect(describeTracker(words, driving).chip).toBe('Sharing');
    for (const positionProblem of ['PERMISSION_DENIED', 'POSITION_UNAVAILABLE', 'TIMEOUT'] as const) {
      const { tone, chip } = describeTracker(words, { ...driving, positionProblem });
      expect([tone, chip]).not.toContain('live');
      expect([tone, chip]).not.toContain('Sharing');
    }
  });
});
