// The parts of React Native and its modules that the snippets use, as their own types declare them: the packages
// themselves would bring hundreds of others along for a type check.

declare module 'react-native' {
  import type { ComponentType, ReactNode } from 'react';

  export type AppStateStatus = 'active' | 'background' | 'inactive' | 'unknown' | 'extension';
  export const AppState: {
    readonly currentState: AppStateStatus;
    addEventListener(type: 'change', listener: (state: AppStateStatus) => void): { remove(): void };
  };
  export const Linking: { openSettings(): Promise<void> };
  interface ViewStyle {
    flex?: number;
  }
  export const StyleSheet: { create<T extends Record<string, ViewStyle>>(styles: T): T };
  export const View: ComponentType<{ children?: ReactNode; style?: ViewStyle }>;
  export const Text: ComponentType<{ children?: ReactNode }>;
  export const ActivityIndicator: ComponentType;
  export const Button: ComponentType<{ title: string; onPress(): void; disabled?: boolean }>;
}

declare module 'expo/fetch' {
  export const fetch: typeof globalThis.fetch;
}

declare module 'expo-router/entry' {}

declare module 'expo-sqlite/kv-store' {
  const Storage: {
    getItem(key: string): Promise<string | null>;
    setItem(key: string, value: string): Promise<void>;
    removeItem(key: string): Promise<boolean>;
  };
  export default Storage;
}

declare module 'expo-secure-store' {
  interface SecureStoreOptions {
    keychainAccessible?: number;
  }
  export const AFTER_FIRST_UNLOCK: number;
  export function getItemAsync(key: string, options?: SecureStoreOptions): Promise<string | null>;
  export function setItemAsync(key: string, value: string, options?: SecureStoreOptions): Promise<void>;
}

declare module 'expo-task-manager' {
  export function defineTask<T>(
    name: string,
    executor: (body: {
      data: T;
      error: { code: string | number; message: string } | null;
    }) => Promise<unknown>,
  ): void;
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
    mocked?: boolean;
  }
  export enum Accuracy {
    BestForNavigation = 6,
  }
  export enum ActivityType {
    AutomotiveNavigation = 2,
  }
  export interface LocationTaskOptions {
    accuracy?: Accuracy;
    timeInterval?: number;
    distanceInterval?: number;
    activityType?: ActivityType;
    pausesUpdatesAutomatically?: boolean;
    showsBackgroundLocationIndicator?: boolean;
    foregroundService?: {
      notificationTitle: string;
      notificationBody: string;
      killServiceOnDestroy?: boolean;
    };
  }
  interface PermissionResponse {
    granted: boolean;
    canAskAgain: boolean;
    android?: { accuracy: 'fine' | 'coarse' | 'none' };
  }
  export function getForegroundPermissionsAsync(): Promise<PermissionResponse>;
  export function requestForegroundPermissionsAsync(): Promise<PermissionResponse>;
  export function hasServicesEnabledAsync(): Promise<boolean>;
  export function hasStartedLocationUpdatesAsync(task: string): Promise<boolean>;
  export function startLocationUpdatesAsync(task: string, options?: LocationTaskOptions): Promise<void>;
  export function stopLocationUpdatesAsync(task: string): Promise<void>;
  export function getCurrentPositionAsync(options: { accuracy: Accuracy }): Promise<LocationObject>;
}

declare module 'react-native-maps' {
  import type { ComponentType, ReactNode } from 'react';

  interface LatLng {
    latitude: number;
    longitude: number;
  }
  export class AnimatedRegion {
    constructor(place: LatLng);
    timing(config: LatLng & { duration: number; useNativeDriver: boolean }): { start(): void; stop(): void };
  }
  const MapView: ComponentType<{
    children?: ReactNode;
    style?: object;
    initialRegion: LatLng & { latitudeDelta: number; longitudeDelta: number };
  }>;
  export default MapView;
  export const MarkerAnimated: ComponentType<{
    coordinate: AnimatedRegion;
    rotation?: number;
    flat?: boolean;
  }>;
  export const Circle: ComponentType<{ center: LatLng; radius: number }>;
}
