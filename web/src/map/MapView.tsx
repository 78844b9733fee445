import {
  AttributionControl,
  Map as MapLibreMap,
  NavigationControl,
  setWorkerUrl,
  type StyleSpecification,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { mapPalettes } from '@journey/client/theme';
import type { Words } from '@journey/client/words';
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useWords } from '../app/words';
import { usePrefersDark } from '../ui/useMediaQuery';
import { adaptPixelRatio } from './adaptivePixelRatio';
import { basemapStyle, MAP_BOUNDS, TILES_SOURCE } from './style';

// Once for the page, before the first map: bundled, MapLibre cannot find its worker by itself.
setWorkerUrl(workerUrl);

const TILE_RETRY_MS = 5000;

const MapContext = createContext<MapLibreMap | undefined>(undefined);

/** The map that this component lies on. Only children of MapView may ask, and these are drawn once it is there. */
export function useMap(): MapLibreMap {
  const map = useContext(MapContext);
  if (!map) throw new Error('useMap is for children of MapView');
  return map;
}

/** The whole window's map; children are marks on it. `label` names it to screen readers. */
export function MapView({ label, children }: { label: string; children?: ReactNode }) {
  const container = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibreMap>();
  const [failed, setFailed] = useState(false);
  const { app } = useWords();
  const dark = usePrefersDark();
  const style = useMemo(
    () =>
      basemapStyle(
        mapPalettes[dark ? 'dark' : 'light'],
        // MapLibre's worker resolves relative addresses against itself: hand it a whole one.
        new URL(`${import.meta.env.BASE_URL}tiles`, window.location.href).href,
      ),
    [dark],
  );

  useEffect(() => {
    const created = tryCreateMap(container.current!, { style, label, app });
    if (!created) return setFailed(true);
    created.once('style.load', () => setMap(created));
    const stopRetrying = retryTiles(created);
    const stopAdapting = adaptPixelRatio(created);
    return () => {
      stopRetrying();
      stopAdapting();
      setMap(undefined);
      created.remove();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- later colours are painted by the effect below, and a label does not change
  }, []);

  useEffect(() => {
    if (map) repaint(map, style);
  }, [map, style]);

  return (
    <>
      <div ref={container} className="map">
        {failed && <p className="map-failed">{app.mapFailed}</p>}
      </div>
      {map && <MapContext.Provider value={map}>{children}</MapContext.Provider>}
    </>
  );
}

/** Undefined where there is no WebGL. */
function tryCreateMap(
  container: HTMLElement,
  { style, label, app }: { style: StyleSpecification; label: string; app: Words['app'] },
): MapLibreMap | undefined {
  try {
    const map = new MapLibreMap({
      container,
      style,
      bounds: MAP_BOUNDS,
      maxBounds: MAP_BOUNDS,
      maxZoom: 17.5,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      locale: {
        'Map.Title': label,
        'NavigationControl.ZoomIn': app.zoomIn,
        'NavigationControl.ZoomOut': app.zoomOut,
      },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    map.addControl(new AttributionControl({ compact: false }), 'bottom-right');
    return map;
  } catch (error) {
    console.error('No map:', error);
    return undefined;
  }
}

/**
 * MapLibre asks for a tile once: one that was missed while the service was away would stay a hole. But asking anew drops
 * those that are there, so without a network it waits until there is one.
 */
function retryTiles(map: MapLibreMap): () => void {
  let missed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const retry = () => {
    timer = undefined;
    if (!missed || !navigator.onLine) return;
    missed = false;
    map.refreshTiles(TILES_SOURCE);
  };
  map.on('error', ({ error }) => {
    missed = true;
    if (timer) return;
    console.warn('The map will try again:', error.message);
    timer = setTimeout(retry, TILE_RETRY_MS);
  });
  window.addEventListener('online', retry);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('online', retry);
  };
}

type PaintProperty = Parameters<MapLibreMap['setPaintProperty']>[1];
type PaintValue = Parameters<MapLibreMap['setPaintProperty']>[2];

/** Changes colours alone: setStyle would drop what lies on the map, and flicker. */
function repaint(map: MapLibreMap, style: StyleSpecification): void {
  for (const layer of style.layers) {
    for (const [property, value] of Object.entries<unknown>(layer.paint ?? {})) {
      map.setPaintProperty(layer.id, property as PaintProperty, value as PaintValue);
    }
  }
}
