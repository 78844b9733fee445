import { useEffect, useState } from 'react';
import { pixelsPerMeter } from './geometry';
import { useMap } from './MapView';

/**
 * The circle a phone is sure to be in (95 %), to scale. It is a child of the trainer's mark, so it moves with it
 * smoothly; a layer of the map would have to be rebuilt for each frame.
 */
export function AccuracyCircle({ latitude, radiusMeters }: { latitude: number; radiusMeters: number }) {
  const map = useMap();
  const [zoom, setZoom] = useState(() => map.getZoom());
  useEffect(() => {
    const zoomed = () => setZoom(map.getZoom());
    map.on('zoom', zoomed);
    zoomed();
    return () => void map.off('zoom', zoomed);
  }, [map]);
  const diameter = 2 * radiusMeters * pixelsPerMeter(latitude, zoom);
  return <span className="accuracy" style={{ width: diameter, height: diameter }} />;
}
