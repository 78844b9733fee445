import type { LiveLocation } from '@journey/client';
import type { FeatureCollection, Point } from 'geojson';
import { LngLat, type GeoJSONSource, type MapGeoJSONFeature, type Map as MapLibreMap } from 'maplibre-gl';
import { useEffect } from 'react';
import { lngLat } from '../map/geometry';
import { useMap } from '../map/MapView';
import { FLEET_CLUSTER_LAYER, FLEET_LAYER, FLEET_SOURCE } from '../map/fleetStyle';

interface FleetLayerProps {
  journeys: readonly LiveLocation[];
  /** A click on a trainer; the list in the card offers the same to keyboards. */
  onPick: ((sessionId: string) => void) | undefined;
}

/** Every trainer with a known place, as a dot in its signal's colour; many at one place are one circle with their number. */
export function FleetLayer({ journeys, onPick }: FleetLayerProps) {
  const map = useMap();

  useEffect(() => {
    const show = () => void map.getSource<GeoJSONSource>(FLEET_SOURCE)?.setData(pointsOf(journeys));
    if (!map.isMoving()) return show();
    // To cluster thousands anew would make the movement jerk.
    map.once('moveend', show);
    return () => void map.off('moveend', show);
  }, [map, journeys]);

  useEffect(() => {
    const layers = onPick ? [FLEET_LAYER, FLEET_CLUSTER_LAYER] : [FLEET_CLUSTER_LAYER];
    const removed = new AbortController();
    const subscriptions = [
      map.on('click', layers, ({ features, originalEvent }) => {
        const [feature] = features ?? [];
        const sessionId: unknown = feature?.properties['sessionId'];
        if (typeof sessionId === 'string') onPick?.(sessionId);
        else if (feature) void zoomInto(map, feature, { originalEvent, signal: removed.signal });
      }),
      map.on('mouseenter', layers, () => (map.getCanvas().style.cursor = 'pointer')),
      map.on('mouseleave', layers, () => (map.getCanvas().style.cursor = '')),
    ];
    return () => {
      removed.abort();
      subscriptions.forEach((subscription) => subscription.unsubscribe());
    };
  }, [map, onPick]);

  return null;
}

function pointsOf(journeys: readonly LiveLocation[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: journeys.flatMap(({ sessionId, signal, location }) =>
      location
        ? [
            {
              type: 'Feature',
              properties: { sessionId, signal },
              geometry: { type: 'Point', coordinates: lngLat(location) },
            },
          ]
        : [],
    ),
  };
}

/** Zooms to where the cluster falls apart. */
async function zoomInto(
  map: MapLibreMap,
  { properties, geometry }: MapGeoJSONFeature,
  { originalEvent, signal }: { originalEvent: MouseEvent; signal: AbortSignal },
): Promise<void> {
  if (geometry.type !== 'Point') return;
  const [longitude = 0, latitude = 0] = geometry.coordinates;
  const zoom = await map
    .getSource<GeoJSONSource>(FLEET_SOURCE)
    ?.getClusterExpansionZoom(Number(properties['cluster_id']))
    // New positions have made other clusters since the click.
    .catch(() => map.getZoom() + 1);
  if (zoom === undefined || signal.aborted) return;
  // Around the cluster, which so stays beside the card. With the reader's event, the camera takes it as a zoom by hand and
  // does not go back to the whole fleet.
  map.easeTo({ around: new LngLat(longitude, latitude), zoom }, { originalEvent });
}
