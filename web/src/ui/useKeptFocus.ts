import { useEffect, useRef, type RefObject } from 'react';

/**
 * A button that is pressed may take itself away, and the keyboard's place in the page with it: then the place is the
 * heading, which says what came of it. Returns what to put on the element that holds both.
 */
export function useKeptFocus(container: RefObject<HTMLElement | null>): {
  onFocus(event: React.FocusEvent): void;
} {
  const focused = useRef<Element>(null);
  // After each rendering: any may be the one that took the button away.
  useEffect(() => {
    if (!focused.current || focused.current.isConnected) return;
    focused.current = null;
    if (document.activeElement === document.body)
      container.current?.querySelector<HTMLElement>('h1')?.focus();
  });
  return {
    onFocus: ({ target }) => {
      focused.current = target;
    },
  };
}
