import { serviceUrl } from '../serviceUrl';

/**
 * The address that somebody without a login opens: the live map, of which a build can name another place by
 * EXPO_PUBLIC_LIVE_MAP_URL. The secret is in the fragment, which browsers send to no server.
 */
export function shareAddress(shareToken: string): string {
  const map = (process.env.EXPO_PUBLIC_LIVE_MAP_URL as string | undefined) ?? `${serviceUrl()}/map/`;
  return `${map}#share=${shareToken.replace(/^share\./, '')}`;
}
