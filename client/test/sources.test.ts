import './support/dom.js';

import { describe, expect, test } from 'vitest';

import { appStateVisibility, geolocationSource, type Fix, type PositionLike } from '../src/index.js';
import { browserStorage, documentVisibility } from '../src/browser/index.js';

describe('the visibility of', () => {
  test('React Native’s AppState: only the background hides the app', () => {
    const listeners = new Set<(state: string) => void>();
    const appState = {
      currentState: 'active',
      addEventListener: (_type: 'change', listener: (state: string) => void) => {
        listeners.add(listener);
        return { remove: () => void listeners.delete(listener) };
      },
    };
    const visibility = appStateVisibility(appState);
    const seen: boolean[] = [];
    const unsubscribe = visibility.subscribe((visible) => seen.push(visible));
    for (const state of ['inactive', 'background', 'active'])
      listeners.forEach((listener) => listener(state));
    expect(seen).toEqual([true, false, true]);
    expect(visibility.isVisible()).toBe(true);
    unsubscribe();
    expect(listeners.size).toBe(0);
  });

  test('a document follows its tab', () => {
    let state = 'visible';
    Object.defineProperty(document, 'visibilityState', { get: () => state, configurable: true });
    const seen: boolean[] = [];
    const unsubscribe = documentVisibility().subscribe((visible) => seen.push(visible));
    const change = (to: string): void => {
      state = to;
      document.dispatchEvent(new window.Event('visibilitychange'));
    };
    change('hidden');
    expect(documentVisibility().isVisible()).toBe(false);
    change('visible');
    unsubscribe();
    change('hidden');
    expect(seen).toEqual([false, true]);
  });
});

describe('a Geolocation', () => {
  const found: PositionLike = {
    coords: { latitude: 48, longitude: 11, accuracy: 5, heading: NaN, speed: null },
    timestamp: 1234,
  };
  const fix: Fix = {
    latitude: 48,
    longitude: 11,
    accuracy: 5,
    heading: NaN,
    speed: null,
    capturedAtMs: 1234,
  };

  test('is watched with precision, reports its problems by name, and is released', async () => {
    const cleared: number[] = [];
    const problems: string[] = [];
    const fixes: Fix[] = [];
    const source = geolocationSource({
      watchPosition(onPosition, onError, options) {
        expect(options).toMatchObject({ enableHighAccuracy: true });
        onPosition(found);
        for (const code of [1, 2, 3]) onError({ code });
        return 7;
      },
      clearWatch: (id) => void cleared.push(id),
      getCurrentPosition(onPosition, _onError, options) {
        expect(options).toEqual({ enableHighAccuracy: true, maximumAge: 0, timeout: 5000 });
        onPosition(found);
      },
    });
    const end = source.watch(
      (position) => fixes.push(position),
      (problem) => problems.push(problem),
    );
    end();
    expect(fixes).toEqual([fix]);
    expect(problems).toEqual(['PERMISSION_DENIED', 'POSITION_UNAVAILABLE', 'TIMEOUT']);
    expect(cleared).toEqual([7]);
    expect(await source.current!()).toEqual(fix);
  });
});

describe('the storage of a browser', () => {
  test('keeps, gives and forgets', () => {
    const storage = browserStorage();
    void storage.setItem('key', 'value');
    expect(storage.getItem('key')).toBe('value');
    void storage.removeItem('key');
    expect(storage.getItem('key')).toBeNull();
  });
});
