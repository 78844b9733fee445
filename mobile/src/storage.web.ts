import type { KeyValueStorage } from '@journey/client';
import { browserStorage } from '@journey/client/browser';

export const storage: KeyValueStorage = browserStorage();

/** Until the tab is closed: a browser has no place that only this page can read for longer. */
export const secrets: KeyValueStorage = {
  getItem: (key) => window.sessionStorage.getItem(key),
  setItem: (key, value) => window.sessionStorage.setItem(key, value),
  removeItem: (key) => window.sessionStorage.removeItem(key),
};
