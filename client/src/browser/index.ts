import {
  geolocationSource,
  type KeyValueStorage,
  type PositionSource,
  type VisibilitySource,
} from '../index.js';

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

export const browserStorage = (): KeyValueStorage => window.localStorage;
