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
  token: string | (() => string),
  defaultOptions: ApolloClient.DefaultOptions = {},
): ApolloClient =>
  new ApolloClient({
    cache: new InMemoryCache(),
    defaultOptions,
    link: journeyLink({ uri, token: () => (typeof token === 'string' ? token : token()) }),
  });

/** A phone's GPS that the test moves. */
export class TestPosition implements PositionSource {
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
    return () => this.watchers.delete(watcher);
  }

  current(): Promise<Fix> {
    this.currentAsked += 1;
    if (!this.here) return Promise.reject(new Error('no fix'));
    return Promise.resolve({ ...this.here, capturedAtMs: Date.now() });
  }

  move(place: Omit<Fix, 'capturedAtMs'>, capturedAtMs = Date.now()): void {
    for (const { onFix } of this.watchers) onFix({ accuracy: 5, ...place, capturedAtMs });
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
export async function until(what: string, holds: () => boolean, withinMs = 5000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Still not after ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const pass = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));
