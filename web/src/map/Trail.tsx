import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import { useEffect } from 'react';
import { line, type Place } from './geometry';
import { useMap } from './MapView';
import { TRAIL_SOURCE } from './style';

/** The way so far, as far as this page has seen it, where no mark is at its end: else the mark draws it behind itself. */
export function Trail({ places }: { places: readonly Place[] }) {
  const map = useMap();
  useEffect(() => drawTrail(map, places), [map, places]);
  return null;
}

export function drawTrail(map: MapLibreMap, places: readonly Place[]): void {
  void map
    .getSource<GeoJSONSource>(TRAIL_SOURCE)
    ?.setData(places.length > 1 ? line(places) : { type: 'FeatureCollection', features: [] });
}
