/** The road router that the service asks, as its setting ROUTER_URL names it. */
export type Router = { readonly kind: 'amazon' } | { readonly kind: 'osrm'; readonly url: string };

/** `amazon`, or `osrm+https://host/base`; anything else is added to the errors, without the value: it may hold a password. */
export function readRouter(text: string | undefined, errors: string[]): Router | undefined {
  if (text === undefined) return undefined;
  if (text === 'amazon') return { kind: 'amazon' };
  const address = text.replace(/^osrm\+(?=https:)/, '');
  const url = address !== text && URL.canParse(address) ? new URL(address) : undefined;
  if (!url) errors.push('router is neither amazon nor like osrm+https://host/base');
  else if (url.username || url.password || url.search || url.hash)
    errors.push('router must have no user, password, query or fragment: calls would not carry them');
  // The tasks' security group lets out nothing else.
  else if (url.port !== '') errors.push('router must be on port 443: the tasks reach no other');
  return { kind: 'osrm', url: text };
}

/** What the tasks get as ROUTER_URL. */
export const routerUrl = (router: Router): string => (router.kind === 'amazon' ? 'amazon' : router.url);
