import type { MapPalette } from '@journey/client/theme';
import type { StyleSpecification } from 'maplibre-gl';
import { basemapStyle } from '../../../web/src/map/style';
import { serviceUrl } from '../serviceUrl';

/**
 * The map below the marks: a style of the app's own map provider, which a build names by EXPO_PUBLIC_MAP_STYLE_URL, or
 * the web map's own, whose tiles the demo serves.
 */
export function basemap(palette: MapPalette): string | StyleSpecification {
  const url = process.env.EXPO_PUBLIC_MAP_STYLE_URL as string | undefined;
  return url ?? basemapStyle(palette, `${serviceUrl()}/map/tiles`);
}

/** As MapLibre on phones can draw it: without a server of glyphs it has no letters. */
export function basemapWithoutNames(palette: MapPalette): string | StyleSpecification {
  const style = basemap(palette);
  if (typeof style === 'string') return style;
  return { ...style, layers: style.layers.filter(({ type }) => type !== 'symbol') };
}
