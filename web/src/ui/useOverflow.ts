import { useEffect, useState, type RefObject } from 'react';

interface Overflow {
  /** The content does not fit. */
  readonly scrolls: boolean;
  /** Some of the content is below the visible part. */
  readonly more: boolean;
}

/** Whether an element's content fits it, kept up to date as either changes. */
export function useOverflow(container: RefObject<HTMLElement | null>): Overflow {
  const [overflow, setOverflow] = useState<Overflow>({ scrolls: false, more: false });
  useEffect(() => {
    const element = container.current!;
    const measure = () => {
      const { scrollHeight, clientHeight, scrollTop } = element;
      const scrolls = scrollHeight > clientHeight + 1;
      const more = scrolls && scrollTop + clientHeight < scrollHeight - 8;
      setOverflow((before) =>
        before.scrolls === scrolls && before.more === more ? before : { scrolls, more },
      );
    };
    const sizes = new ResizeObserver(measure);
    const watchSizes = () => {
      sizes.disconnect();
      for (const each of [element, ...element.children]) sizes.observe(each);
    };
    const children = new MutationObserver(watchSizes);
    children.observe(element, { childList: true });
    watchSizes();
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      sizes.disconnect();
      children.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [container]);
  return overflow;
}
