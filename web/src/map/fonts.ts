/** No `glyphs` address: MapLibre then draws text with these fonts of the device, and asks no server for any. */
export const FONTS = ['system-ui', 'sans-serif'];
