import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { MapPalette } from '@journey/client/theme';
import { FLEET_SOURCE, fleetLayers, fleetSource } from './fleetStyle';
import { FONTS } from './fonts';
import { NO_FEATURES } from './geometry';

/** West, south, east, north of the tiles that ship with the map (columns 2098–2102, rows 3042–3047 of zoom 13). */
export const MAP_BOUNDS: [number, number, number, number] = [-87.8027, 41.7714, -87.5831, 41.9676];

export const TRAIL_SOURCE = 'trail';

export const TILES_SOURCE = 'basemap';
const OPEN_STREET_MAP = '© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap contributors</a>';

/** A city map with muted colours in one palette: the layers and their order are the same in each, only colours differ. */
export function basemapStyle(palette: MapPalette, tilesUrl: string): StyleSpecification {
  return {
    version: 8,
    sources: {
      [TILES_SOURCE]: {
        type: 'vector',
        tiles: [`${tilesUrl}/{z}/{x}/{y}.mvt`],
        minzoom: 10,
        maxzoom: 13,
        bounds: MAP_BOUNDS,
        attribution: OPEN_STREET_MAP,
      },
      [TRAIL_SOURCE]: { type: 'geojson', data: NO_FEATURES },
      [FLEET_SOURCE]: fleetSource,
    },
    layers: [
      ...ground(palette),
      ...roads(palette),
      ...marks(palette),
      ...names(palette),
      ...fleetLayers(palette),
    ],
  };
}

function ground(palette: MapPalette): LayerSpecification[] {
  return [
    { id: 'land', type: 'background', paint: { 'background-color': palette.land } },
    {
      id: 'park',
      type: 'fill',
      source: TILES_SOURCE,
      'source-layer': 'landuse',
      filter: ['!=', ['get', 'class'], 'pitch'],
      paint: { 'fill-color': palette.park, 'fill-antialias': false },
    },
    {
      id: 'pitch',
      type: 'fill',
      source: TILES_SOURCE,
      'source-layer': 'landuse',
      minzoom: 13,
      filter: ['==', ['get', 'class'], 'pitch'],
      paint: { 'fill-color': palette.pitch },
    },
    {
      id: 'water',
      type: 'fill',
      source: TILES_SOURCE,
      'source-layer': 'water',
      paint: { 'fill-color': palette.water, 'fill-antialias': false },
    },
    {
      id: 'building',
      type: 'fill',
      source: TILES_SOURCE,
      'source-layer': 'building',
      minzoom: 13,
      paint: { 'fill-color': palette.building, 'fill-outline-color': palette.buildingEdge },
    },
  ];
}

/** Widths in pixels at zooms 11, 14 and 17, grown exponentially between as the ground does. */
function width(at11: number, at14: number, at17: number): ExpressionSpecification {
  return ['interpolate', ['exponential', 1.6], ['zoom'], 11, at11, 14, at14, 17, at17];
}

function roadClass(...classes: string[]): ExpressionSpecification {
  return ['in', ['get', 'class'], ['literal', classes]];
}

function roads(palette: MapPalette): LayerSpecification[] {
  const rail = roadClass('major_rail', 'minor_rail');
  const lane = roadClass('service', 'pedestrian', 'track');
  const street = roadClass('street', 'street_limited', 'tertiary');
  const avenue = roadClass('secondary', 'primary', 'trunk');
  const motorway = roadClass('motorway');
  const ramp = roadClass('motorway_link', 'link');
  const line = (
    id: string,
    filter: ExpressionSpecification,
    color: string,
    lineWidth: ExpressionSpecification,
    minzoom = 10,
  ): LayerSpecification => ({
    id,
    type: 'line',
    source: TILES_SOURCE,
    'source-layer': 'road',
    minzoom,
    filter,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': color, 'line-width': lineWidth },
  });
  return [
    line('rail', rail, palette.rail, width(0.4, 1.2, 3), 12),
    line('lane', lane, palette.street, width(0.2, 0.8, 5), 14.5),
    line('street-edge', street, palette.streetEdge, width(0.5, 3.4, 17), 12.5),
    line('avenue-edge', avenue, palette.streetEdge, width(1.6, 5.6, 25), 11.5),
    line('street', street, palette.street, width(0.3, 2.2, 14), 12),
    line('avenue', avenue, palette.avenue, width(0.8, 4.2, 22)),
    line('ramp-edge', ramp, palette.motorwayEdge, width(0.8, 2.6, 12), 12.5),
    line('ramp', ramp, palette.motorway, width(0.4, 1.5, 9), 12.5),
    line('motorway-edge', motorway, palette.motorwayEdge, width(1.4, 4.4, 22), 11),
    line('motorway', motorway, palette.motorway, width(0.9, 3.1, 19)),
  ];
}

/** The trainer's way so far: above the roads, below the names. */
function marks(palette: MapPalette): LayerSpecification[] {
  return [
    {
      id: 'trail',
      type: 'line',
      source: TRAIL_SOURCE,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': palette.trail, 'line-opacity': 0.45, 'line-width': width(2, 4, 7) },
    },
  ];
}

function names(palette: MapPalette): LayerSpecification[] {
  const halo = { 'text-halo-color': palette.halo, 'text-halo-width': 1.4 };
  const street = (
    id: string,
    filter: ExpressionSpecification,
    size: number,
    minzoom: number,
  ): LayerSpecification => ({
    id,
    type: 'symbol',
    source: TILES_SOURCE,
    'source-layer': 'road_label',
    minzoom,
    filter,
    layout: {
      'symbol-placement': 'line',
      'symbol-spacing': 320,
      'text-field': ['get', 'name'],
      'text-font': FONTS,
      'text-size': size,
      'text-max-angle': 30,
      'text-padding': 6,
    },
    paint: { 'text-color': palette.streetName, ...halo },
  });
  return [
    street('street-name', roadClass('street', 'street_limited', 'tertiary'), 11, 14.6),
    street('avenue-name', roadClass('secondary', 'primary', 'trunk'), 11.5, 13.4),
    {
      id: 'park-name',
      type: 'symbol',
      source: TILES_SOURCE,
      'source-layer': 'poi_label',
      minzoom: 13,
      layout: { 'text-field': ['get', 'name'], 'text-font': FONTS, 'text-size': 11, 'text-max-width': 7 },
      paint: { 'text-color': palette.parkName, ...halo },
    },
    {
      id: 'district-name',
      type: 'symbol',
      source: TILES_SOURCE,
      'source-layer': 'place_label',
      filter: ['match', ['get', 'type'], ['neighbourhood', 'suburb'], true, false],
      minzoom: 11.5,
      maxzoom: 15.5,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': FONTS,
        'text-size': ['interpolate', ['linear'], ['zoom'], 11.5, 11, 15, 14],
        'text-letter-spacing': 0.04,
        'text-max-width': 7,
        'text-padding': 12,
        'symbol-sort-key': ['to-number', ['get', 'localrank'], 9],
      },
      paint: { 'text-color': palette.placeName, 'text-opacity': 0.9, ...halo },
    },
    {
      id: 'city-name',
      type: 'symbol',
      source: TILES_SOURCE,
      'source-layer': 'place_label',
      filter: ['==', ['get', 'type'], 'city'],
      maxzoom: 12,
      layout: { 'text-field': ['get', 'name'], 'text-font': FONTS, 'text-size': 17 },
      paint: { 'text-color': palette.placeName, ...halo },
    },
  ];
}
