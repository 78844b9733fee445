import type { FailureCode, JourneyFailure, TrackerState } from '@journey/client';
import { describe, expect, it } from 'vitest';
import { describeTracker } from '../src/trainer/describeTracker';
import { noticeOf } from '../src/trainer/notice';

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
    expect(noticeOf(driving, tooFar)).toContain('still 800 m away');
    expect(noticeOf({ ...driving, distanceMeters: 300 }, tooFar)).toContain('still 300 m away');
  });

  it('is gone as soon as it is not true any more', () => {
    expect(noticeOf({ ...driving, distanceMeters: 60, canMarkArrived: true }, tooFar)).toBeUndefined();
    for (const phase of ['ARRIVING', 'STOPPING', 'ENDED'] as const) {
      expect(noticeOf({ ...driving, phase }, tooFar)).toBeUndefined();
    }
  });

  it('of an arrival that found no connection stays at the door', () => {
    const failed = { action: 'arrive', failure: failure('NETWORK') } as const;
    expect(noticeOf({ ...driving, canMarkArrived: true }, failed)).toContain('No connection');
  });

  it('promises to keep positions only while there are any', () => {
    const words = (['start', 'arrive', 'stop'] as const).map((action) =>
      noticeOf(
        { ...driving, phase: ({ start: 'READY', arrive: 'EN_ROUTE', stop: 'STOPPING' } as const)[action] },
        { action, failure: failure('TIMEOUT') },
      )!,
    );
    expect(new Set(words).size).toBe(3);
    for (const each of words) expect(each).not.toContain('kept');
    expect(noticeOf({ ...driving, failure: failure('NETWORK') }, undefined)).toContain('kept');
  });

  it('says what is wrong before a start, and while a stop waits for a new link', () => {
    expect(noticeOf({ ...driving, phase: 'READY', failure: failure('NETWORK') }, undefined)).toContain(
      'No connection',
    );
    const stuck = {
      ...driving,
      phase: 'STOPPING',
      sending: 'UNAUTHENTICATED',
      failure: failure('UNAUTHENTICATED'),
    } as const;
    expect(noticeOf(stuck, undefined)).toContain('newest link');
    expect(describeTracker(stuck)).toMatchObject({ title: 'Not stopped yet', tone: 'lost' });
  });
});

describe("a trainer's card", () => {
  it('is not ready to go for a session that it may not start', () => {
    const titles = (
      ['UNAUTHENTICATED', 'SESSION_NOT_FOUND', 'FORBIDDEN', 'SESSION_NOT_STARTABLE'] as const
    ).map((code) => describeTracker({ ...driving, phase: 'READY', failure: failure(code) }).title);
    expect(titles).toEqual([
      'This link has expired',
      'Not your session',
      'Not your session',
      'This session cannot start',
    ]);
  });

  it('does not say that it shares a position that it has not', () => {
    expect(describeTracker(driving).chip).toBe('Sharing');
    for (const positionProblem of ['PERMISSION_DENIED', 'POSITION_UNAVAILABLE', 'TIMEOUT'] as const) {
      const { tone, chip } = describeTracker({ ...driving, positionProblem });
      expect([tone, chip]).not.toContain('live');
      expect([tone, chip]).not.toContain('Sharing');
    }
  });
});
