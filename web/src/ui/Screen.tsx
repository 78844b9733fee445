import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { MapView } from '../map/MapView';
import { Announcer } from './Announcer';
import { useKeptFocus } from './useKeptFocus';
import { useIsWide } from './useMediaQuery';
import { useOverflow } from './useOverflow';

/** Pixels of the map that the card and the bar hide, on each side. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

interface ScreenProps {
  mapLabel: string;
  marks: (insets: Insets) => ReactNode;
  card: ReactNode;
  cardLabel: string;
  /** What a screen reader announces about the present state. */
  announcement: string;
}

/** The page of each view: a map over the whole window and a card on it, a sheet at the bottom on phones. */
export function Screen({ mapLabel, marks, card, cardLabel, announcement }: ScreenProps) {
  const cardElement = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const overflow = useOverflow(content);
  const focusKeeper = useKeptFocus(content);
  const wide = useIsWide();

  useLayoutEffect(() => {
    const element = cardElement.current!;
    const measure = () => setSize({ width: element.offsetWidth, height: element.offsetHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  // A sheet that grows by a line shall not move the map: steps of 24 px.
  const sheetHeight = Math.ceil(size.height / 24) * 24;
  const insets: Insets = wide
    ? { top: 72, right: 72, bottom: 72, left: size.width + 88 }
    : { top: 120, right: 48, bottom: sheetHeight + 40, left: 48 };

  return (
    <main style={{ '--sheet-height': `${wide ? 0 : size.height}px` } as React.CSSProperties}>
      <Announcer message={announcement} />
      <div className="card" data-more={overflow.more || undefined} ref={cardElement}>
        <section
          className="card-content"
          aria-label={cardLabel}
          // What scrolls must be reachable for who scrolls by keys.
          tabIndex={overflow.scrolls ? 0 : undefined}
          ref={content}
          {...focusKeeper}
        >
          {card}
        </section>
      </div>
      <MapView label={mapLabel}>{size.width > 0 && marks(insets)}</MapView>
    </main>
  );
}
