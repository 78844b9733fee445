/** What can be done with a new link: not every browser has a share sheet. */
export const linkAction: 'SHARE_SHEET' | 'SEND' | 'COPY' = 'share' in navigator ? 'SEND' : 'COPY';

/** False: the browser or its user refused; the link can be selected by hand. */
export const sendLink = (message: string, address: string): Promise<boolean> =>
  (linkAction === 'SEND'
    ? navigator.share({ text: message, url: address })
    : navigator.clipboard.writeText(address)
  ).then(
    () => true,
    () => false,
  );
