import { Platform, Share } from 'react-native';

/** What can be done with a new link. */
export const linkAction: 'SHARE_SHEET' | 'SEND' | 'COPY' = 'SHARE_SHEET';

/** Opens the system's share sheet. False: it could not be opened. What somebody chose there is not known for certain. */
export const sendLink = (message: string, address: string): Promise<boolean> =>
  // Android's sheet takes a text alone.
  Share.share(Platform.OS === 'ios' ? { message, url: address } : { message: `${message} ${address}` }).then(
    () => true,
    () => false,
  );
