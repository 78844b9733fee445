import type { Host, Words } from './Words.js';

const renewSignIn = { browser: 'Open the newest link from your booking.', app: 'Sign in again.' };
const settings = { browser: 'the browser’s settings', app: 'the system’s settings' };
const thisHost = { browser: 'This browser', app: 'This app' };

const at = (clock: string | undefined): string => (clock ? ` at ${clock}` : '');

export function englishWords(host: Host): Words {
  const notFound = 'Your phone cannot find its position here. It keeps trying.';
  const positionProblems = {
    PERMISSION_DENIED: `${thisHost[host]} may not use your position. Allow it in ${settings[host]}, then try again.`,
    LOCATION_OFF: 'Location is switched off on this device. Switch it on.',
    PRECISE_LOCATION_OFF: `${thisHost[host]} gets only an approximate position. Allow the precise one in the settings.`,
    BATTERY_SAVER: 'Battery saving keeps this device from finding its position. Switch it off for the drive.',
    POSITION_UNAVAILABLE: notFound,
    INVALID_FIX: notFound,
    TIMEOUT: 'Your phone takes long to find its position. It keeps trying.',
  };
  const otherDevice = 'Another device shares this journey. Take over to share from this one.';
  const signInExpired = `Your sign-in has expired. ${renewSignIn[host]}`;
  const willKnow = 'Your student will know in a moment.';
  const notShared = 'Your position is no longer shared.';
  const notStartable = {
    title: 'This session cannot start',
    detail: 'It is over, cancelled, or you have arrived already.',
  };
  const didNotWork = 'That did not work. Please try again.';
  const notYours = 'This is not one of your sessions.';

  return {
    language: 'en',
    timeLocale: undefined,
    decimalPoint: '.',
    age: {
      justNow: 'just now',
      seconds: (count) => `${count} s ago`,
      minutes: (count) => `${count} min ago`,
      hours: (count) => `${count} h ago`,
    },
    duration: {
      underAMinute: 'less than a minute',
      minutes: (count) => (count === 1 ? '1 minute' : `${count} minutes`),
      hours: (hours, minutes) => `${hours} h ${minutes} min`,
    },
    meters: (count) => `${count} m`,
    kilometers: (count) => `${count} km`,
    people: { trainer: 'Trainer', student: 'Student', operator: 'Operator' },

    arrival: {
      range: (from, to) => `in ${from}–${to} min`,
      about: (minutes) => `in about ${minutes} min`,
      soon: 'any moment now',
      late: (clock) => `late: about ${clock}`,
    },
    stages: {
      ON_THE_WAY: 'On the way',
      APPROACHING: 'Getting close',
      NEARBY: 'Close by',
      AT_THE_DOOR: 'At the door',
    },
    chips: { LIVE: 'Live', DELAYED: 'Delayed', LOST: 'Lost', OFFLINE: 'Offline' },
    alerts: {
      SIGNAL_LOST: 'Signal lost',
      NOT_MOVING: 'Not moving',
      RUNNING_LATE: 'Running late',
      NO_SHOW: 'No-show',
    },
    states: {
      NOT_STARTED: 'Not started',
      EN_ROUTE: 'On the way',
      ARRIVED: 'Arrived',
      STOPPED: 'Stopped',
      EXPIRED: 'Expired',
      CANCELLED: 'Cancelled',
    },
    signals: { LIVE: 'Live', DELAYED: 'Delayed', LOST: 'Lost', NONE: 'No position yet' },
    trackingProblems: {
      PERMISSION_DENIED: 'Permission denied',
      PRECISE_LOCATION_OFF: 'Approximate location only',
      LOCATION_OFF: 'Location switched off',
      NO_POSITION: 'No position found',
      MOCKED_LOCATION: 'Made-up positions',
      BATTERY_SAVER: 'Battery saver',
      SIGNED_OUT: 'Signed out',
    },

    buttons: {
      start: 'Start journey',
      startAgain: 'Start again',
      arrive: 'I have arrived',
      stop: 'Stop sharing',
      takeOver: 'Share from this device',
      tryAgain: 'Try again',
      openSettings: 'Open settings',
    },
    facts: {
      toHome: 'To home',
      lastSeen: 'Last seen',
      accurateTo: 'Accurate to',
      toGo: 'To go',
      unsent: 'Unsent',
      notAccepted: 'Not accepted',
      unknown: '…',
    },

    student: {
      yourTrainer: 'Your trainer',
      cardLabel: "Your trainer's journey",
      mapLabel: 'Map of the way to your home',
      home: 'Your home',
      progress: 'Share of the way that is done',
      fromHome: (trainer, distance) => `${trainer}, ${distance} from your home`,
      asking: { title: 'One moment', detail: 'Asking where your trainer is.' },
      notStarted: {
        title: 'Not on the way yet',
        detail: 'This map comes alive as soon as your trainer sets off.',
      },
      noShow: 'Your trainer was expected by now and has not set off yet.',
      noJourney: { title: 'No journey', detail: 'Nobody is coming for this session.' },
      settingOff: {
        title: 'Setting off',
        detail: 'Your trainer has started; the first position will be here in a moment.',
      },
      onTheWay: (startedAt) => `Your trainer set off${at(startedAt)} and is driving to you.`,
      stages: {
        APPROACHING: 'Your trainer is getting close.',
        NEARBY: 'Your trainer is close by.',
        AT_THE_DOOR: 'Your trainer is at your door.',
      },
      delayed: 'The position is a little behind.',
      lost: 'Signal lost',
      lostFor: (duration) =>
        `No position${duration ? ` for ${duration}` : ''}: a tunnel, perhaps. The map goes on as soon as there is one.`,
      signalBack: 'The signal is back.',
      offline: 'No connection',
      offlineDetail: (age) =>
        `We cannot reach the service and keep trying.${age ? ` This is where your trainer was ${age}.` : ''}`,
      ends: {
        ARRIVED: (endedAt) => ({
          title: 'Arrived',
          detail: `Your trainer ${endedAt ? `has been at the door since ${endedAt}` : 'is at the door'}. The position is no longer shared.`,
        }),
        STOPPED: (endedAt) => ({
          title: 'Journey stopped',
          detail: `Your trainer stopped sharing${at(endedAt)}. You will see it here if they set off again.`,
        }),
        EXPIRED: (endedAt) => ({
          title: 'Sharing timed out',
          detail: `Positions are shared for an hour at most; this journey ended${at(endedAt)}.`,
        }),
        CANCELLED: (endedAt) => ({
          title: 'Journey cancelled',
          detail: `This journey was cancelled${at(endedAt)}. Your booking says whether the session takes place.`,
        }),
      },
      notMoving: 'Your trainer has not moved for a few minutes: traffic, perhaps.',
      runningLate: 'Your trainer is running late.',
      trackingProblems: {
        PERMISSION_DENIED: "The trainer's phone is not allowed to share its position at the moment.",
        PRECISE_LOCATION_OFF: "The trainer's phone gives only an approximate position at the moment.",
        LOCATION_OFF: "Location is switched off on the trainer's phone at the moment.",
        NO_POSITION: "The trainer's phone cannot find its position at the moment.",
        MOCKED_LOCATION: "The trainer's phone gives no real position at the moment.",
        BATTERY_SAVER: "Battery saving keeps the trainer's phone from finding its position at the moment.",
        SIGNED_OUT: "The trainer's phone is signed out at the moment.",
      },
    },

    trainer: {
      cardLabel: 'Your journey',
      mapLabel: 'Map of your way',
      home: "The student's home",
      you: 'You',
      lookingUp: { title: 'One moment', detail: 'Looking up your session.' },
      restoring: { title: 'One moment', detail: 'Looking where you left off.' },
      ready: {
        title: 'Ready to go',
        detail: 'Your student sees you on the map from the moment you start, and no longer than an hour.',
      },
      starting: { title: 'Starting', detail: willKnow },
      arriving: { title: 'Arriving', detail: willKnow },
      stopping: { title: 'Stopping', detail: willKnow },
      notStopped: {
        title: 'Not stopped yet',
        detail: 'Your position is no longer shared, but your student does not know yet.',
      },
      onTheWay: 'On the way',
      seen: 'Your student sees where you are.',
      seenSoon: 'Your student sees you with your first position.',
      noConnection: 'No connection',
      keptFixes: (count) =>
        `Drive on: ${count === 1 ? '1 position is' : `${count} positions are`} kept and sent as soon as it is back.`,
      otherDevice: 'Shared by another device',
      notSharing: 'Not sharing',
      unseen: 'Your student does not see you.',
      unseenNow: 'Your student does not see where you are now.',
      chips: { sharing: 'Sharing', offline: 'Offline', paused: 'Paused', noPosition: 'No position' },
      ends: {
        ARRIVED: { title: 'Arrived', detail: notShared },
        STOPPED: { title: 'Stopped', detail: notShared },
        EXPIRED: { title: 'Timed out', detail: 'A journey is shared for an hour at most.' },
        CANCELLED: {
          title: 'Journey cancelled',
          detail: 'The office cancelled it, or the booking changed. See your booking before you drive on.',
        },
        UNKNOWN: { title: 'Journey over', detail: notShared },
      },
      reasons: {
        ...positionProblems,
        NO_POSITION: 'Your phone cannot find its position. Put it where it sees the sky.',
        MOCKED_LOCATION: 'An app on this device makes positions up. Switch it off.',
        SIGNED_OUT: signInExpired,
        OTHER_DEVICE: otherDevice,
        REFUSED: 'The service takes no positions from this phone now.',
        CLOCK: 'The times of your positions cannot be right. Set this device’s clock to automatic.',
        FIXES_REFUSED: 'Your positions cannot be right, so they are not shown. Wait for better ones.',
      },
      positionProblems,
      notStored: `${thisHost[host]} stores nothing: keep ${host === 'app' ? 'it' : 'the page'} open while you have no connection.`,
      notification: {
        title: 'Sharing your way',
        detail: 'Your student sees where you are until you arrive or stop.',
      },
    },

    refusals: {
      unauthenticated: {
        title: host === 'app' ? 'Your sign-in has expired' : 'This link has expired',
        detail: renewSignIn[host],
      },
      share: {
        title: 'This link shows nothing any more',
        detail: 'It has expired or was taken back. Ask for a new one.',
      },
      notYours: {
        title: 'Not your session',
        detail:
          host === 'app'
            ? 'There is no session here that you may see.'
            : 'There is no session here that this link may show.',
      },
      notStartable,
      other: {
        title: 'This did not work',
        detail: `The service would not answer this request. ${host === 'app' ? 'Try again later.' : 'Reload the page to try again.'}`,
      },
    },
    failures: {
      noConnection: 'No connection.',
      serviceAway: 'The service is away for a moment.',
      meanwhile: {
        look: 'You can start as soon as it is back.',
        start: 'Your student does not know yet. Try again as soon as it is back; nothing starts twice.',
        arrive: 'Your student does not know yet that you are there. Try again as soon as it is back.',
        stop: 'Nothing is shared any more, and your student will know as soon as it is back.',
        takeOver: 'Try again as soon as it is back.',
        cancel:
          'The journey may still be active. Try again as soon as it is back; nothing is cancelled twice.',
        drive: 'Nothing is lost: your positions are kept and sent as soon as it is back.',
        list: 'Try again as soon as it is back.',
      },
      arrivalTooFar: (distance, limit) =>
        `You are still ${distance} away; you can arrive within ${limit} of the home.`,
      notThereYet: 'You are not there yet.',
      codes: {
        RATE_LIMITED: 'Positions came too quickly. The next one waits a little.',
        LOCATION_UNKNOWN: 'Your position is not known yet. Wait for a position and try again.',
        LOCATION_IMPLAUSIBLE: 'That position cannot be right, so it is not shown. Wait for a better one.',
        ARRIVAL_UNCONFIRMED: 'Your last positions do not agree. Wait a moment and try again.',
        OTHER_DEVICE_REPORTS: otherDevice,
        JOURNEY_ALREADY_STARTED: 'This journey has started already, perhaps on another phone.',
        SESSION_NOT_STARTABLE: `${notStartable.title}. ${notStartable.detail}`,
        JOURNEY_NOT_ACTIVE: 'There is no active journey for this session.',
        JOURNEY_ENDED: 'This journey has ended.',
        SESSION_NOT_FOUND: notYours,
        FORBIDDEN: notYours,
        UNAUTHENTICATED: signInExpired,
        BAD_USER_INPUT: didNotWork,
        DOCUMENT_NOT_TRUSTED: didNotWork,
        INTERNAL_SERVER_ERROR: didNotWork,
        CLOSED: didNotWork,
        UNKNOWN: didNotWork,
      },
    },

    shares: {
      heading: 'Links for others',
      detail: 'Whoever has such a link sees this journey on the map, without signing in.',
      create: 'Create a link',
      creating: 'Creating a link …',
      newLink: 'The new link. It is shown only now.',
      qrCode: 'QR code of the link',
      copy: 'Copy',
      copied: 'Copied',
      send: 'Send',
      message: 'See where the trainer is:',
      until: (clock) => `Valid until ${clock}`,
      revoke: 'Take back',
      revokeUntil: (clock) => `Take back the link that is valid until ${clock}`,
      notCreated: 'The link could not be created. Try again.',
      notRevoked: 'The link could not be taken back: it may still work. Try again.',
      tooMany: 'There are 10 links already. Take one back first.',
    },

    operator: {
      cardLabel: 'All journeys',
      mapLabel: 'Map of all journeys',
      title: (enRoute) => `${enRoute} on the way`,
      sessions: (count) => (count === 1 ? '1 session' : `${count} sessions`),
      detail: 'Every journey of this service, at the interval that it sets.',
      asking: 'Asking which journeys are active.',
      unauthenticated: 'This link has expired. Open the newest one.',
      refused: 'This link does not belong to an operator.',
      offline: 'We cannot reach the service and keep trying. This is what we knew last.',
      refusedChip: 'Refused',
      signalsLabel: 'On the way, by signal',
      noPosition: 'no position',
      positionCorrected: (clock) => `position corrected at ${clock}`,
      listTitle: 'Journeys',
      sortBy: 'Sort by',
      sorts: { arrival: 'Expected first', alerts: 'Most alerts', distance: 'Nearest' },
      show: 'Show',
      showAll: 'All',
      showTroubled: 'Any alert or problem',
      noneShown: 'No journey is like that now.',
      noShows: (count, hasMore) => {
        if (hasMore) return `More than ${count} no-shows`;
        return count === 1 ? '1 no-show' : `${count} no-shows`;
      },
      bookedFor: (clock) => `booked for ${clock}`,
      noShowsUnknown: 'No-shows cannot be looked up at the moment. We keep trying.',
      listMore: (unlisted) => `Show more (${unlisted} not listed)`,
      cancel: {
        button: 'Cancel',
        buttonLabel: (trainer) => `Cancel the journey of ${trainer}`,
        title: 'Cancel this journey?',
        detail: (trainer) =>
          `${trainer} is on the way. The position will no longer be shared, and the student will see that the journey was cancelled. A new journey may be started.`,
        confirm: 'Cancel the journey',
        keep: 'Keep the journey',
        done: (trainer) => `The journey of ${trainer} is cancelled.`,
      },
      cost: {
        title: 'What watching costs',
        aMinute: 'A minute of it',
        requests: 'Requests',
        received: 'Received',
        each: 'Each',
        aJourney: 'A journey',
      },
    },

    app: {
      title: 'Live map',
      signInLabel: 'Sign in',
      mapLabel: 'Map',
      mapFailed: 'This device cannot draw the map. Everything else works.',
      recentre: 'Recentre',
      zoomIn: 'Zoom in',
      zoomOut: 'Zoom out',
      asking: { title: 'One moment', detail: 'Looking who you are.' },
      noKey: {
        title: 'Open your link',
        detail: 'This map opens with the link from your booking. It holds the key to your session alone.',
      },
      notInDemo: {
        title: 'Choose a session',
        detail: 'This session of the demo is over, and its trainer drives to another.',
      },
      views: { label: 'Views', student: 'Student', trainer: 'Trainer', operator: 'Operator' },
      demoSession: 'Demo session',
      positionFrom: 'Position from',
      thisDevice: 'This device',
      simulatedDrive: 'Simulated drive',
    },
  };
}
