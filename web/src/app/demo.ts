import { useEffect, useState } from 'react';
import type { Place } from '../map/geometry';

export interface DemoSession {
  readonly id: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly home: Place;
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
  { readonly status: 'asking' } | { readonly status: 'none' } | { readonly status: 'demo'; demo: Demo };

/** Asks once whether this is the demo. */
export function useDemo(): DemoState {
  const [state, setState] = useState<DemoState>({ status: 'asking' });
  useEffect(() => {
    const abort = new AbortController();
    fetchDemo(abort.signal).then(setState, () => {
      if (!abort.signal.aborted) setState({ status: 'none' });
    });
    return () => abort.abort();
  }, []);
  return state;
}

async function fetchDemo(signal: AbortSignal): Promise<DemoState> {
  const response = await fetch(`${import.meta.env.BASE_URL}demo.json`, { signal });
  if (!response.ok) return { status: 'none' };
  return { status: 'demo', demo: (await response.json()) as Demo };
}
