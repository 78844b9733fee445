import Constants from 'expo-constants';
import { Platform } from 'react-native';

const DEMO_PORT = 4000;

/**
 * Where the service is. A build is told by EXPO_PUBLIC_SERVICE_URL. Without it, an app in development asks the machine
 * that it was loaded from, where `npm run demo` listens; a page asks the server that it came from.
 */
export function serviceUrl(): string {
  const url = process.env.EXPO_PUBLIC_SERVICE_URL as string | undefined;
  if (url) return url.replace(/\/+$/, '');
  if (__DEV__) return `http://${developmentHost()}:${DEMO_PORT}`;
  if (Platform.OS === 'web') return window.location.origin;
  throw new Error('EXPO_PUBLIC_SERVICE_URL was not set when this app was built.');
}

function developmentHost(): string {
  if (Platform.OS === 'web') return window.location.hostname;
  return Constants.expoConfig?.hostUri?.split(':')[0] ?? 'localhost';
}
