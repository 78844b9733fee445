import { browserGeolocation } from '@journey/client/browser';

const geolocation = browserGeolocation();

/** The browser's own; it reports a missing permission by itself. */
export const position = { ...geolocation, check: () => Promise.resolve() };
