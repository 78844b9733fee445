const { hash, pathname, search } = window.location;

/** The fragment of the sign-in link that opened this page; empty without one. */
export const handedToken = hash.startsWith('#token=') ? hash : '';

// A token belongs into no history and no screenshot; once the router has seen it, it would stay in the address.
if (handedToken) window.history.replaceState(null, '', pathname + search);
