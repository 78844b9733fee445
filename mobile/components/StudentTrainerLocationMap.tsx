import { Camera, GeoJSONSource, Layer, Map, Marker } from '@maplibre/maplibre-react-native';
import type { MarkerPlace } from '@journey/client';
import { useCallback, useMemo, useRef, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import Svg, { Circle, Path } from 'react-native-svg';
import { basemapWithoutNames } from '../src/map/basemap';
import { paddingIn } from '../src/map/camera';
import type { HomeOnMap, MapProps, TrainerOnMap } from '../src/map/MapProps';
import { useBounds } from '../src/map/useBounds';
import { useMovement } from '../src/map/useMovement';
import { useReducedMotion } from '../src/ui/useReducedMotion';
import { useTheme } from '../src/ui/useTheme';
import { Icon } from './ui/Icon';

const CAMERA_MS = 1400;
/** Each place is a rendering of the mark: often enough to look smooth, seldom enough for the battery. */
const MARK_INTERVAL_MS = 66;

/** The trainer on the way to a home, for phones; a browser takes StudentTrainerLocationMap.web.tsx. */
export function StudentTrainerLocationMap({ label, home, trainer, trail }: MapProps) {
  const { map, scheme } = useTheme();
  const isReduced = useReducedMotion();
  const style = useMemo(() => basemapWithoutNames(map), [map]);
  const bounds = useBounds(home, trainer);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const padding = useMemo(() => {
    const all = paddingIn(size.width, size.height);
    return { top: all, right: all, bottom: all, left: all };
  }, [size]);
  const line = useMemo(
    () => ({
      type: 'Feature' as const,
      properties: {},
      geometry: {
        type: 'LineString' as const,
        coordinates: trail.map(({ latitude, longitude }) => [longitude, latitude]),
      },
    }),
    [trail],
  );
  return (
    <View
      style={styles.map}
      accessible={false}
      aria-label={label}
      onLayout={({ nativeEvent: { layout } }) => setSize({ width: layout.width, height: layout.height })}
    >
      <Map
        key={scheme}
        style={styles.map}
        mapStyle={style}
        compass={false}
        touchRotate={false}
        touchPitch={false}
      >
        {bounds && (
          // The card below the map grows and shrinks with what it says, and the marks must not leave the view.
          <Camera
            key={`${Math.round(size.width)} ${Math.round(size.height)}`}
            bounds={bounds}
            padding={padding}
            duration={isReduced ? 0 : CAMERA_MS}
            easing="ease"
          />
        )}
        {trail.length > 1 && (
          <GeoJSONSource id="trail" data={line}>
            <Layer
              id="trail"
              type="line"
              layout={{ 'line-cap': 'round', 'line-join': 'round' }}
              paint={{ 'line-color': map.trail, 'line-opacity': 0.45, 'line-width': 4 }}
            />
          </GeoJSONSource>
        )}
        {home && <HomeMark home={home} />}
        {trainer && <TrainerMark trainer={trainer} />}
      </Map>
    </View>
  );
}

function HomeMark({ home }: { home: HomeOnMap }) {
  const { colors } = useTheme();
  return (
    <Marker id="home" lngLat={[home.longitude, home.latitude]}>
      <View
        role="img"
        aria-label={home.label}
        style={[styles.home, { backgroundColor: colors.home, borderColor: colors.homeEdge }]}
      >
        <Icon name="home" size={19} color={colors.onHome} />
      </View>
    </Marker>
  );
}

/** A disc with an arrow in the direction of travel, a dot while that is not known. */
function TrainerMark({ trainer }: { trainer: TrainerOnMap }) {
  const { colors } = useTheme();
  const [place, setPlace] = useState<MarkerPlace>(trainer);
  const shownAtMs = useRef(0);
  useMovement(
    trainer,
    useCallback((next) => {
      const nowMs = performance.now();
      if (nowMs - shownAtMs.current < MARK_INTERVAL_MS) return;
      shownAtMs.current = nowMs;
      setPlace(next);
    }, []),
  );
  const color = {
    LIVE: colors.markLive,
    DELAYED: colors.markDelayed,
    LOST: colors.markLost,
    OFFLINE: colors.markLost,
  }[trainer.signal];
  return (
    <Marker id="trainer" lngLat={[place.longitude, place.latitude]}>
      <View role="img" aria-label={trainer.label}>
        <Svg width={44} height={44} viewBox="0 0 44 44">
          <Circle cx={22} cy={22} r={17} fill={color} stroke={colors.markEdge} strokeWidth={3} />
          {typeof place.heading === 'number' ? (
            <Path
              d="M22 11.5 29.5 30 22 26.2 14.5 30z"
              fill={colors.markArrow}
              rotation={place.heading}
              origin="22, 22"
            />
          ) : (
            <Circle cx={22} cy={22} r={5.5} fill={colors.markArrow} />
          )}
        </Svg>
      </View>
    </Marker>
  );
}

const styles = StyleSheet.create({
  map: { flex: 1 },
  home: {
    width: 40,
    height: 40,
    borderRadius: 20,
    borderWidth: 3,
    alignItems: 'center',
    justifyContent: 'center',
  },
});
