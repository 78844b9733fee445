import type { Description } from './describe';

/** Why the service will not show this session, for whoever holds the link. */
export function describeRefusal(code: string): Description {
  switch (code) {
    case 'UNAUTHENTICATED':
      return {
        tone: 'ended',
        icon: 'locked',
        title: 'This link has expired',
        detail: 'Open the newest link from your booking.',
      };
    case 'SESSION_NOT_FOUND':
    case 'FORBIDDEN':
      return {
        tone: 'ended',
        icon: 'locked',
        title: 'Not your session',
        detail: 'There is no session here that this link may show.',
      };
    default:
      return {
        tone: 'ended',
        icon: 'offline',
        title: 'This did not work',
        detail: 'The service would not answer this request. Reload the page to try again.',
      };
  }
}
