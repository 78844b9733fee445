import { ApolloClient, InMemoryCache } from '@apollo/client';

import {
  journeyLink,
  type Fix,
  type PositionProblem,
  type PositionSource,
  type VisibilitySource,
} from '../../src/index.js';

export const clientOf = (
  uri: string,
  token: string | (() => string | Promise<string>),
  defaultOptions: ApolloClient.DefaultOptions = {},
): ApolloClient =>
  new ApolloClient({
    cache: new InMemoryCache(),
    defaultOptions,
    link: journeyLink({ uri, token: () => (typeof token === 'string' ? token : token()) }),
  });

let sources = 0;

/** Whether this run of the tests has the phone in a pocket: no timers, and fixes come by background tasks. */
export const isInPocket = process.env['JOURNEY_TEST_PHONE'] === 'pocket';

/** A phone's GPS that the test moves. */
export class TestPosition implements PositionSource {
  readonly id = `test-${++sources}`;
  /** Set: a fix goes to this background task instead of to the watch. */
  task: ((fixes: Fix[]) => void) | null = null;
  watchesBegun = 0;
  private watchers = new Set<{ onFix: (fix: Fix) => void; onProblem: (problem: PositionProblem) => void }>();
  /** What `current` answers; null: it can't. */
  here: Omit<Fix, 'capturedAtMs'> | null = null;
  currentAsked = 0;

  get isWatched(): boolean {
    return this.watchers.size > 0;
  }

  watch(onFix: (fix: Fix) => void, onProblem: (problem: PositionProblem) => void): () => void {
    const watcher = { onFix, onProblem };
    this.watchers.add(watcher);
    this.watchesBegun += 1;
    return () => this.watchers.delete(watcher);
  }

  current(): Promise<Fix> {
    this.currentAsked += 1;
    if (!this.here) return Promise.reject(new Error('no fix'));
    return Promise.resolve({ ...this.here, capturedAtMs: Date.now() });
  }

  move(place: Omit<Fix, 'capturedAtMs'>, capturedAtMs = Date.now()): void {
    const fix = { accuracy: 5, ...place, capturedAtMs };
    if (this.task && this.isWatched) this.task([fix]);
    else for (const { onFix } of this.watchers) onFix(fix);
  }

  fail(problem: PositionProblem): void {
    for (const { onProblem } of this.watchers) onProblem(problem);
  }
}

/** An app that the test brings to the front and sends to the back. */
export class TestVisibility implements VisibilitySource {
  private listeners = new Set<(visible: boolean) => void>();

  constructor(private visible = true) {}

  isVisible(): boolean {
    return this.visible;
  }

  subscribe(onChange: (visible: boolean) => void): () => void {
    this.listeners.add(onChange);
    return () => this.listeners.delete(onChange);
  }

  set(visible: boolean): void {
    this.visible = visible;
    for (const listener of this.listeners) listener(visible);
  }
}

const metersPerDegree = 111_195;

/** So many metres north of a home. */
export const northOf = (home: { latitude: number; longitude: number }, meters: number) => ({
  latitude: home.latitude + meters / metersPerDegree,
  longitude: home.longitude,
});

/** Waits until it holds, by looking every few milliseconds; says what it waited for when it does not. */
export async function until(what: string, holds: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  // A fix that comes by a task is kept as soon as the promises before it have settled.
  await new Promise((resolve) => setImmediate(resolve));
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Still not after ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const pass = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));
