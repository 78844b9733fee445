// The parts of React Native and its modules that the snippets use, as their own types declare them: the packages
// themselves would bring hundreds of others along for a type check.

declare module 'react-native' {
  import type { ComponentType, ReactNode } from 'react';

  export type AppStateStatus = 'active' | 'background' | 'inactive' | 'unknown' | 'extension';
  export const AppState: {
    readonly currentState: AppStateStatus;
    addEventListener(type: 'change', listener: (state: AppStateStatus) => void): { remove(): void };
  };
  export const View: ComponentType<{ children?: ReactNode }>;
  export const Text: ComponentType<{ children?: ReactNode }>;
  export const ActivityIndicator: ComponentType;
  export const Button: ComponentType<{ title: string; onPress(): void; disabled?: boolean }>;
}

declare module '@react-native-async-storage/async-storage' {
  const AsyncStorage: {
    getItem(key: string): Promise<string | null>;
    setItem(key: string, value: string): Promise<void>;
    removeItem(key: string): Promise<void>;
  };
  export default AsyncStorage;
}

declare module 'expo-location' {
  export interface LocationObject {
    coords: {
      latitude: number;
      longitude: number;
      altitude: number | null;
      accuracy: number | null;
      altitudeAccuracy: number | null;
      heading: number | null;
      speed: number | null;
    };
    timestamp: number;
  }
  export enum Accuracy {
    BestForNavigation = 6,
  }
  export function requestForegroundPermissionsAsync(): Promise<{ granted: boolean }>;
  export function getCurrentPositionAsync(options: { accuracy: Accuracy }): Promise<LocationObject>;
  export function watchPositionAsync(
    options: { accuracy: Accuracy; timeInterval?: number; distanceInterval?: number },
    callback: (location: LocationObject) => void,
  ): Promise<{ remove(): void }>;
}

declare module 'react-native-maps' {
  import type { ComponentType, ReactNode } from 'react';

  interface LatLng {
    latitude: number;
    longitude: number;
  }
  const MapView: ComponentType<{
    children?: ReactNode;
    initialRegion: LatLng & { latitudeDelta: number; longitudeDelta: number };
  }>;
  export default MapView;
  export const Marker: ComponentType<{ coordinate: LatLng; rotation?: number; flat?: boolean }>;
  export const Circle: ComponentType<{ center: LatLng; radius: number }>;
}
