import type { GeoJSONSource } from 'maplibre-gl';
import { useEffect } from 'react';
import { line, type Place } from './geometry';
import { useMap } from './MapView';
import { TRAIL_SOURCE } from './style';

/** The way so far, as far as this page has seen it. */
export function Trail({ places }: { places: readonly Place[] }) {
  const map = useMap();
  useEffect(() => {
    map
      .getSource<GeoJSONSource>(TRAIL_SOURCE)
      ?.setData(places.length > 1 ? line(places) : { type: 'FeatureCollection', features: [] });
  }, [map, places]);
  return null;
}
