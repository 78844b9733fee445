import type { MarkerPlace } from '@journey/client';
import {
  AttributionControl,
  Map as MapLibreMap,
  Marker,
  type GeoJSONSource,
  type StyleSpecification,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import './map.web.css';
import { useCallback, useEffect, useRef, useState } from 'react';
import { StyleSheet, Text, View } from 'react-native';
import { basemap } from '../src/map/basemap';
import { paddingIn } from '../src/map/camera';
import type { HomeOnMap, MapProps, Place, TrainerOnMap } from '../src/map/MapProps';
import { useBounds } from '../src/map/useBounds';
import { useMovement } from '../src/map/useMovement';
import { useReducedMotion } from '../src/ui/useReducedMotion';
import { useTheme } from '../src/ui/useTheme';
import { useWords } from '../src/words/useWords';

const CAMERA_MS = 1400;
const CLOSEST_ZOOM = 15;
/** The source and the layer of the web map's style; another style gets them added. */
const TRAIL = 'trail';

/** The trainer on the way to a home, in a browser. */
export function StudentTrainerLocationMap({ label, home, trainer, trail }: MapProps) {
  const { words } = useWords();
  const { map: palette, colors } = useTheme();
  const isReduced = useReducedMotion();
  const [map, setMap] = useState<MapLibreMap | 'FAILED'>();
  const container = useRef<View>(null);
  const bounds = useBounds(home, trainer);

  useEffect(() => {
    const created = createMap(container.current as unknown as HTMLElement, label);
    setMap(created ?? 'FAILED');
    return () => created?.remove();
  }, [label]);

  useEffect(() => {
    const { style } = container.current as unknown as HTMLElement;
    style.setProperty('--attribution-paper', colors.paper);
    style.setProperty('--attribution-ink', colors.inkSoft);
  }, [colors]);

  const isDrawn = map !== undefined && map !== 'FAILED';
  const [loadedStyle, setLoadedStyle] = useState<string | StyleSpecification>();
  useEffect(() => {
    if (!isDrawn) return;
    const style = basemap(palette);
    void map.once('style.load', () => setLoadedStyle(style));
    map.setStyle(style, { diff: false });
  }, [map, isDrawn, palette]);

  useEffect(() => {
    if (!isDrawn || !bounds) return undefined;
    const show = (duration: number): unknown => {
      const { clientWidth: width, clientHeight: height } = map.getContainer();
      return map.fitBounds(bounds, { padding: paddingIn(width, height), maxZoom: CLOSEST_ZOOM, duration });
    };
    show(isReduced ? 0 : CAMERA_MS);
    // The card below it grows and shrinks with what it says, and the marks must not leave the view.
    const showAgain = (): unknown => show(0);
    map.on('resize', showAgain);
    return () => void map.off('resize', showAgain);
  }, [map, isDrawn, bounds, isReduced]);

  useEffect(() => {
    if (isDrawn && loadedStyle) drawTrail(map, trail, palette.trail);
  }, [map, isDrawn, loadedStyle, trail, palette]);

  return (
    <View style={styles.map}>
      <View ref={container} style={styles.map} />
      {map === 'FAILED' && (
        <Text style={[styles.failed, { color: colors.inkSoft }]}>{words.app.mapFailed}</Text>
      )}
      {isDrawn && home && <HomeMark map={map} home={home} />}
      {isDrawn && trainer && <TrainerMark map={map} trainer={trainer} />}
    </View>
  );
}

/** Undefined where there is no WebGL. */
function createMap(container: HTMLElement, label: string): MapLibreMap | undefined {
  try {
    const map = new MapLibreMap({
      container,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      locale: { 'Map.Title': label },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new AttributionControl({ compact: false }), 'top-right');
    return map;
  } catch {
    return undefined;
  }
}

function drawTrail(map: MapLibreMap, trail: readonly Place[], color: string): void {
  const data = {
    type: 'Feature' as const,
    properties: {},
    geometry: {
      type: 'LineString' as const,
      coordinates: trail.map(({ latitude, longitude }) => [longitude, latitude]),
    },
  };
  const source = map.getSource<GeoJSONSource>(TRAIL);
  if (source) return void source.setData(data);
  map.addSource(TRAIL, { type: 'geojson', data });
  map.addLayer({
    id: TRAIL,
    type: 'line',
    source: TRAIL,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': color, 'line-opacity': 0.45, 'line-width': 4 },
  });
}

const svg = (size: number, viewBox: number, content: string): string =>
  `<svg width="${size}" height="${size}" viewBox="0 0 ${viewBox} ${viewBox}" fill="none" aria-hidden="true">${content}</svg>`;

function HomeMark({ map, home }: { map: MapLibreMap; home: HomeOnMap }) {
  const { colors } = useTheme();
  const marker = useMarker(map, home.label);
  useEffect(() => {
    marker.setLngLat([home.longitude, home.latitude]);
    marker.getElement().innerHTML = svg(
      40,
      40,
      `<circle cx="20" cy="20" r="18.5" fill="${colors.home}" stroke="${colors.homeEdge}" stroke-width="3"/>
       <g transform="translate(10.5 10) scale(0.79)" stroke="${colors.onHome}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
       <path d="M4 11.2 12 4.5l8 6.7V19a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 19z"/><path d="M9.75 20.5v-5.75h4.5v5.75"/></g>`,
    );
    marker.addTo(map);
  }, [marker, map, home.latitude, home.longitude, colors]);
  return null;
}

/** A disc with an arrow in the direction of travel, a dot while that is not known. */
function TrainerMark({ map, trainer }: { map: MapLibreMap; trainer: TrainerOnMap }) {
  const { colors } = useTheme();
  const marker = useMarker(map, trainer.label);
  const isHeaded = trainer.heading !== null;
  const color = {
    LIVE: colors.markLive,
    DELAYED: colors.markDelayed,
    LOST: colors.markLost,
    OFFLINE: colors.markLost,
  }[trainer.signal];
  useEffect(() => {
    const arrow = isHeaded
      ? `<path data-heading fill="${colors.markArrow}" d="M22 11.5 29.5 30 22 26.2 14.5 30z"/>`
      : `<circle fill="${colors.markArrow}" cx="22" cy="22" r="5.5"/>`;
    marker.getElement().innerHTML = svg(
      44,
      44,
      `<circle cx="22" cy="22" r="17" fill="${color}" stroke="${colors.markEdge}" stroke-width="3"/>${arrow}`,
    );
  }, [marker, isHeaded, color, colors]);
  useMovement(
    trainer,
    useCallback(
      ({ latitude, longitude, heading }: MarkerPlace) => {
        marker.setLngLat([longitude, latitude]).addTo(map);
        if (typeof heading !== 'number') return;
        const arrow = marker.getElement().querySelector('[data-heading]');
        arrow?.setAttribute('transform', `rotate(${heading.toFixed(1)} 22 22)`);
      },
      [marker, map],
    ),
  );
  return null;
}

/** A mark that is on the map as soon as it has a place. */
function useMarker(map: MapLibreMap, label: string): Marker {
  const [marker] = useState(() => new Marker({ element: document.createElement('div') }));
  useEffect(() => {
    const element = marker.getElement();
    element.setAttribute('role', 'img');
    element.setAttribute('aria-label', label);
  }, [marker, label]);
  useEffect(() => () => void marker.remove(), [marker, map]);
  return marker;
}

const styles = StyleSheet.create({
  map: { flex: 1 },
  failed: { position: 'absolute', top: '30%', left: 24, right: 24, textAlign: 'center' },
});
