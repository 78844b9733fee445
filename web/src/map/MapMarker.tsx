import { Marker, type MarkerOptions } from 'maplibre-gl';
import { useEffect, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { lngLat, type Place } from './geometry';
import { useMap } from './MapView';

interface MapMarkerProps {
  place: Place;
  anchor?: NonNullable<MarkerOptions['anchor']>;
  /** Higher lies above lower. */
  layer?: number;
  /** Hands the marker out, for a mover that follows it between renderings. */
  onMarker?: (marker: Marker | undefined) => void;
  children: ReactNode;
}

/** Whatever its children are, at a place on the map. */
export function MapMarker({ place, anchor = 'center', layer = 0, onMarker, children }: MapMarkerProps) {
  const map = useMap();
  const [marker] = useState(() => {
    const element = document.createElement('div');
    // Else MapLibre gives it a role of its own; the children say what they are.
    element.setAttribute('role', 'none');
    const created = new Marker({ element, anchor, subpixelPositioning: true });
    return created.setLngLat(lngLat(place));
  });

  useEffect(() => {
    marker.addTo(map);
    return () => void marker.remove();
  }, [map, marker]);

  useEffect(() => {
    marker.getElement().style.zIndex = String(layer);
  }, [marker, layer]);

  // A mover owns the position once it has the marker.
  useEffect(() => {
    if (onMarker) {
      onMarker(marker);
      return () => onMarker(undefined);
    }
    marker.setLngLat(lngLat(place));
    return undefined;
  }, [marker, onMarker, place]);

  return createPortal(children, marker.getElement());
}
