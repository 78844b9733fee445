/** What a page's own address handed over; a phone's app gets its links by the router. */
export const handedToken = '';
