import { useSyncExternalStore } from 'react';

/** Whether the page matches a media query now, kept up to date. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}

export const usePrefersDark = (): boolean => useMediaQuery('(prefers-color-scheme: dark)');
export const usePrefersReducedMotion = (): boolean => useMediaQuery('(prefers-reduced-motion: reduce)');
/** The card lies at the bottom of narrow screens and on the left of wide ones (the same width stands in layout.css). */
export const useIsWide = (): boolean => useMediaQuery('(min-width: 720px)');
