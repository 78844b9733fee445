/** Which router is asked. */
export type RouterTarget = { readonly kind: 'osrm'; readonly base: string } | { readonly kind: 'amazon' };

/**
 * `osrm+https://host/base` (or `osrm+http://`), or `amazon`.
 * @throws Error without the value in its message: it may hold a password
 */
export function parseRouterUrl(text: string): RouterTarget {
  if (text === 'amazon') return { kind: 'amazon' };
  const address = text.replace(/^osrm\+(?=https?:\/\/)/, '');
  const url = address !== text && URL.canParse(address) ? new URL(address) : null;
  if (!url) throw new Error('must look like osrm+https://host/base or osrm+http://host/base, or be amazon');
  if (url.username || url.password || url.search || url.hash)
    throw new Error('must have no user, password, query or fragment: calls would not carry them');
  return { kind: 'osrm', base: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}
