import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import type { MapPalette } from '@journey/client/theme';
import { FONTS } from './fonts';
import { NO_FEATURES } from './geometry';

export const FLEET_SOURCE = 'fleet';
export const FLEET_LAYER = 'fleet';
export const FLEET_CLUSTER_LAYER = 'fleet-cluster';

export const fleetSource: SourceSpecification = {
  type: 'geojson',
  data: NO_FEATURES,
  cluster: true,
  // A little more than the size of a cluster's circle, so that the streets between thousands of trainers can be seen, with a
  // third of the circles that would fit. Two trainers are never one: the marks of a small fleet stay apart.
  clusterRadius: 40,
  clusterMinPoints: 3,
  // From zoom 15 on, which the camera itself goes to, each trainer has a mark, also where several are at one place.
  clusterMaxZoom: 14,
  clusterProperties: { worst: ['max', ['match', ['get', 'signal'], 'LIVE', 0, 'DELAYED', 1, 2]] },
};

const IS_CLUSTER: ExpressionSpecification = ['has', 'point_count'];

/**
 * All trainers of an operator's map: too many for a mark each. Their `signal` colours them and, for eyes that see no
 * colours, has a sign; the same stand in the card's lists (layout.css).
 */
export function fleetLayers(palette: MapPalette): LayerSpecification[] {
  const bySignal = (delayed: string, lost: string, live: string): ExpressionSpecification => [
    'match',
    ['get', 'signal'],
    'LIVE',
    live,
    'DELAYED',
    delayed,
    lost,
  ];
  return [
    ...fleetClusters(palette),
    {
      id: FLEET_LAYER,
      type: 'circle',
      source: FLEET_SOURCE,
      filter: ['!', IS_CLUSTER],
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 6, 14, 10],
        'circle-color': bySignal(palette.delayed, palette.lost, palette.live),
        'circle-stroke-color': palette.halo,
        'circle-stroke-width': 2,
      },
    },
    {
      id: 'fleet-sign',
      type: 'symbol',
      source: FLEET_SOURCE,
      filter: ['!', IS_CLUSTER],
      layout: {
        'text-field': bySignal('–', '×', ''),
        'text-font': FONTS,
        'text-size': ['interpolate', ['linear'], ['zoom'], 10, 12, 14, 18],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: { 'text-color': palette.halo, 'text-halo-color': palette.halo, 'text-halo-width': 0.6 },
    },
  ];
}

/**
 * Trainers who are too close together for a mark each: how many they are, and around it the colour of the worst of their
 * signals, whose sign stands below the number.
 */
function fleetClusters(palette: MapPalette): LayerSpecification[] {
  const byWorst = (live: string, delayed: string, lost: string): ExpressionSpecification => [
    'match',
    ['get', 'worst'],
    0,
    live,
    1,
    delayed,
    lost,
  ];
  return [
    {
      id: FLEET_CLUSTER_LAYER,
      type: 'circle',
      source: FLEET_SOURCE,
      filter: IS_CLUSTER,
      paint: {
        'circle-radius': ['step', ['get', 'point_count'], 13, 100, 16, 1000, 20],
        'circle-color': palette.halo,
        'circle-stroke-color': byWorst(palette.live, palette.delayed, palette.lost),
        'circle-stroke-width': 3,
      },
    },
    {
      id: 'fleet-cluster-count',
      type: 'symbol',
      source: FLEET_SOURCE,
      filter: IS_CLUSTER,
      layout: {
        'text-field': ['concat', ['get', 'point_count_abbreviated'], byWorst('', '\n–', '\n×')],
        'text-font': FONTS,
        'text-size': 12,
        'text-line-height': 0.9,
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: { 'text-color': palette.placeName },
    },
  ];
}
