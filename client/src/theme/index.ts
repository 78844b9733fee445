/** The looks that the web map and the phone app share: colours, spaces, sizes of type. Values alone; no platform's code. */
export { colors } from './colors.js';
export type { Colors, Scheme } from './colors.js';
export { mapPalettes } from './mapPalettes.js';
export type { MapPalette } from './mapPalettes.js';
export { fontSizes, radii, spacing } from './sizes.js';
