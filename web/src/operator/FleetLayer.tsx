import type { LiveLocation } from '@journey/client';
import type { GeoJSONSource } from 'maplibre-gl';
import { useEffect } from 'react';
import { lngLat } from '../map/geometry';
import { useMap } from '../map/MapView';
import { FLEET_LAYER, FLEET_SOURCE } from '../map/style';

interface FleetLayerProps {
  journeys: readonly LiveLocation[];
  /** A click on a trainer; the list in the card offers the same to keyboards. */
  onPick: ((sessionId: string) => void) | undefined;
}

/** Every trainer with a known place, as a dot in its signal's colour. */
export function FleetLayer({ journeys, onPick }: FleetLayerProps) {
  const map = useMap();

  useEffect(() => {
    void map.getSource<GeoJSONSource>(FLEET_SOURCE)?.setData({
      type: 'FeatureCollection',
      features: journeys.flatMap(({ sessionId, signal, location }) =>
        location
          ? [
              {
                type: 'Feature' as const,
                properties: { sessionId, signal },
                geometry: { type: 'Point' as const, coordinates: lngLat(location) },
              },
            ]
          : [],
      ),
    });
  }, [map, journeys]);

  useEffect(() => {
    if (!onPick) return undefined;
    const subscriptions = [
      map.on('click', FLEET_LAYER, ({ features }) => {
        const sessionId: unknown = features?.[0]?.properties['sessionId'];
        if (typeof sessionId === 'string') onPick(sessionId);
      }),
      map.on('mouseenter', FLEET_LAYER, () => (map.getCanvas().style.cursor = 'pointer')),
      map.on('mouseleave', FLEET_LAYER, () => (map.getCanvas().style.cursor = '')),
    ];
    return () => subscriptions.forEach((subscription) => subscription.unsubscribe());
  }, [map, onPick]);

  return null;
}
