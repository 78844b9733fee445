import { Platform } from 'react-native';
import { serviceUrl } from '../serviceUrl';

/**
 * The live map that somebody without a login opens: a build names it by EXPO_PUBLIC_LIVE_MAP_URL. The demo, and the server
 * of a page, have it beside the service. Null: a released app that was not told; a guess would make links that lead nowhere.
 */
function liveMapUrl(): string | null {
  const url = process.env.EXPO_PUBLIC_LIVE_MAP_URL as string | undefined;
  if (url) return url;
  return __DEV__ || Platform.OS === 'web' ? `${serviceUrl()}/map/` : null;
}

export const canShare = (): boolean => liveMapUrl() !== null;

/** The secret is in the fragment, which browsers send to no server. */
export const shareAddress = (shareToken: string): string =>
  `${liveMapUrl()}#share=${shareToken.replace(/^share\./, '')}`;
