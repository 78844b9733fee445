import { useEffect, useState } from 'react';
import type { Place } from '../map/geometry';
import type { View } from './route';

export interface DemoSession {
  readonly id: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly home: Place;
  /** Its trainer is simulated by the demo: nobody else should play that one. */
  readonly driven: boolean;
}

/** What the demo hands out so that nobody has to make tokens by hand; no other installation serves it. */
export interface Demo {
  readonly sessions: readonly DemoSession[];
  readonly tokens: {
    readonly trainer: Readonly<Record<string, string>>;
    readonly student: Readonly<Record<string, string>>;
    readonly operator: string;
  };
}

export type DemoState =
  | { readonly status: 'loading' }
  | { readonly status: 'none' }
  | {
      readonly status: 'demo';
      readonly demo: Demo;
      /** Also sessions that the demo lists no longer: somebody may still want to see how they ended. */
      readonly known: ReadonlyMap<string, DemoSession>;
    };

/** A simulated trainer who has arrived gets another session. */
const REFRESH_MS = 20_000;

/** Whether this is the demo, and what it holds now. */
export function useDemo(): DemoState {
  const [state, setState] = useState<DemoState>({ status: 'loading' });
  useEffect(() => {
    const abort = new AbortController();
    let wasDemo = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = async () => {
      const demo = await fetchDemo(abort.signal);
      if (abort.signal.aborted) return;
      setState((before) => afterRefresh(before, demo));
      // A demo that is away for a moment is still the demo; what never was one will not become one.
      wasDemo ||= demo !== undefined;
      if (wasDemo) timer = setTimeout(refreshWhenVisible, REFRESH_MS);
    };
    const refreshWhenVisible = () => {
      if (document.hidden) timer = setTimeout(refreshWhenVisible, REFRESH_MS);
      else void refresh();
    };
    void refresh();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, []);
  return state;
}

function afterRefresh(before: DemoState, demo: Demo | undefined): DemoState {
  if (!demo) return before.status === 'demo' ? before : { status: 'none' };
  const known = new Map(before.status === 'demo' ? before.known : []);
  for (const session of demo.sessions) known.set(session.id, session);
  return { status: 'demo', demo, known };
}

/** Undefined where there is none, or no answer. */
async function fetchDemo(signal: AbortSignal): Promise<Demo | undefined> {
  try {
    const response = await fetch(`${import.meta.env.BASE_URL}demo.json`, { signal });
    return response.ok ? ((await response.json()) as Demo) : undefined;
  } catch {
    return undefined;
  }
}

/** The session to show when nobody has chosen one: driven for those who watch, not driven for who would drive. */
export function firstSession({ sessions }: Demo, view: View): DemoSession | undefined {
  return sessions.find(({ driven }) => driven === (view !== 'trainer')) ?? sessions[0];
}
