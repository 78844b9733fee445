import type { AppWords } from './AppWords';

export const english: AppWords = {
  signIn: {
    screen: 'Sign in',
    intro: {
      title: 'Welcome',
      detail: 'Paste your token, or open a sign-in link with this phone’s camera.',
    },
    token: 'Token or link',
    tokenHint: 'The demo prints one for each trainer and student.',
    submit: 'Sign in',
    as: (person) => `Sign in as ${person}`,
    noToken: 'There is no token in this text. Paste the whole token, or the whole link.',
    otherRole: 'This app is for trainers and students; the token is for somebody else.',
    expired: 'This token has expired. Get a new one.',
    signOut: 'Sign out',
    stillSharing:
      'This phone shares a journey. Arrive or stop first: signed out, it shares nothing, and your student only sees that the signal is lost.',
    signOutAnyway: 'Sign out anyway',
  },
  sessions: {
    screen: 'Your sessions',
    home: 'Your day',
    upcoming: 'Upcoming',
    today: 'Today',
    later: 'Later',
    past: 'Past',
    noneUpcoming: 'No upcoming sessions.',
    noneToday: 'No sessions today.',
    loading: 'Loading your sessions.',
    showMore: 'Show more',
    showLater: 'Show later sessions',
    showEarlier: 'Show earlier sessions',
    with: (person) => `with ${person}`,
    onTheWayNow: 'On the way now',
    activeNow: 'Your active journey',
    status: {
      SCHEDULED: 'Scheduled',
      CONFIRMED: 'Confirmed',
      COMPLETED: 'Completed',
      CANCELLED: 'Cancelled',
    },
  },
  session: { screen: 'Session' },
  shares: {
    loading: 'Loading the links.',
    none: 'There is no link now.',
    noLiveMap: 'This version of the app cannot create links: it was not told the address of the live map.',
    nothingToWatch: 'Nobody will set off for this session any more, so there is nothing to watch.',
  },
  journey: { screen: 'Journey' },
  trainerLocation: {
    screen: 'Trainer',
    none: (trainer) => ({
      title: 'Not on the way to you',
      detail: `${trainer} has no active journey to you now. It appears here when one starts.`,
    }),
  },
  permission: {
    why: 'Your position is used from the start of a journey until you arrive or stop, also while the screen is off.',
    denied: 'This app may not use your position. Allow it in the system’s settings, and start again.',
    approximate:
      'This app gets only an approximate position, which is too far off for a map. Allow the precise one in the system’s settings, and start again.',
    off: 'Location is switched off on this phone. Switch it on, and start again.',
  },
  notFound: { title: 'Nothing here', detail: 'This link leads to no screen of this app.' },
  toStart: 'Go to the start',
};
