import type { VisibilitySource } from '../connection/visibility.js';
import { geolocationSource, type PositionSource } from '../tracker/position.js';
import type { KeyValueStorage } from '../tracker/TrackerStore.js';

/** A hidden tab, a minimised window or a locked phone is the background. */
export const documentVisibility = (): VisibilitySource => ({
  isVisible: () => document.visibilityState !== 'hidden',
  subscribe(onChange) {
    const listener = (): void => onChange(document.visibilityState !== 'hidden');
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  },
});

export const browserGeolocation = (options?: PositionOptions): PositionSource =>
  geolocationSource(navigator.geolocation, options);

/** Looked up at each use: where storage is forbidden, reading `localStorage` throws, and the tracker reports that. */
export const browserStorage = (): KeyValueStorage => ({
  getItem: (key) => window.localStorage.getItem(key),
  setItem: (key, value) => window.localStorage.setItem(key, value),
  removeItem: (key) => window.localStorage.removeItem(key),
});
