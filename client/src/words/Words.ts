import type { FailureCode } from '../connection/failure.js';
import type {
  JourneyAlert,
  JourneyStage,
  JourneyState,
  Signal,
  TrackingProblem,
} from '../generated/operations.js';
import type { PositionProblem } from '../tracker/position.js';
import type { JourneyOutcome } from '../tracker/trackerState.js';
import type { UnseenReason } from '../tracker/unseenReason.js';

export type Language = 'en' | 'de';

/** Where the words are read: a page that was opened by a link, or an app in which one signs in. */
export type Host = 'browser' | 'app';

/** What somebody pressed a button for. */
export type Action = 'start' | 'arrive' | 'stop' | 'takeOver';

/**
 * Also without a button: the screen checks for an active journey, positions are sent, a list is read. An operator
 * cancels.
 */
export type Attempt = Action | 'look' | 'drive' | 'list' | 'cancel';

export interface Text {
  readonly title: string;
  readonly detail: string;
}

/** Failures whose text depends on what they carry, or on what was attempted. */
type ToldByContext =
  'NETWORK' | 'TIMEOUT' | 'STORE_UNAVAILABLE' | 'OVERLOADED' | 'SERVER' | 'ARRIVAL_TOO_FAR';

/** Every text of one language. A language that lacks one does not compile. */
export interface Words {
  readonly language: Language;
  /** BCP 47, for times of day; undefined: as the device is set. */
  readonly timeLocale: string | undefined;
  readonly decimalPoint: string;

  readonly age: {
    readonly justNow: string;
    readonly seconds: (count: number) => string;
    readonly minutes: (count: number) => string;
    readonly hours: (count: number) => string;
  };
  readonly duration: {
    readonly underAMinute: string;
    readonly minutes: (count: number) => string;
    readonly hours: (hours: number, minutes: number) => string;
  };
  readonly meters: (count: string) => string;
  readonly kilometers: (count: string) => string;
  /** What ids such as `trainer-00012` begin with. */
  readonly people: { readonly trainer: string; readonly student: string; readonly operator: string };

  readonly arrival: {
    readonly range: (fromMinutes: number, toMinutes: number) => string;
    readonly about: (minutes: number) => string;
    readonly soon: string;
    readonly late: (clock: string) => string;
  };
  readonly stages: Readonly<Record<JourneyStage, string>>;
  readonly chips: Readonly<Record<Signal | 'OFFLINE', string>>;
  readonly alerts: Readonly<Record<JourneyAlert, string>>;
  readonly states: Readonly<Record<JourneyState, string>>;
  readonly signals: Readonly<Record<Signal | 'NONE', string>>;
  /** Short names of tracking problems, for a list. */
  readonly trackingProblems: Readonly<Record<TrackingProblem, string>>;

  readonly buttons: {
    readonly start: string;
    readonly startAgain: string;
    readonly arrive: string;
    readonly stop: string;
    readonly takeOver: string;
    readonly tryAgain: string;
    readonly openSettings: string;
  };
  readonly facts: {
    readonly toHome: string;
    readonly lastSeen: string;
    readonly accurateTo: string;
    readonly toGo: string;
    readonly unsent: string;
    readonly notAccepted: string;
    readonly unknown: string;
  };

  readonly student: {
    /** Stands where the trainer has no name. */
    readonly yourTrainer: string;
    readonly cardLabel: string;
    readonly mapLabel: string;
    readonly home: string;
    readonly progress: string;
    readonly fromHome: (trainer: string, distance: string) => string;
    readonly asking: Text;
    readonly notStarted: Text;
    readonly noShow: string;
    readonly noJourney: Text;
    readonly settingOff: Text;
    readonly onTheWay: (startedAt: string | undefined) => string;
    /** Of an active journey with a position, by stage; the first one is `onTheWay`. */
    readonly stages: Readonly<Record<Exclude<JourneyStage, 'ON_THE_WAY'>, string>>;
    readonly delayed: string;
    readonly lost: string;
    readonly lostFor: (duration: string | undefined) => string;
    readonly signalBack: string;
    readonly offline: string;
    readonly offlineDetail: (age: string | undefined) => string;
    readonly ends: Readonly<
      Record<Exclude<JourneyState, 'NOT_STARTED' | 'EN_ROUTE'>, (endedAt: string | undefined) => Text>
    >;
    readonly notMoving: string;
    readonly runningLate: string;
    readonly trackingProblems: Readonly<Record<TrackingProblem, string>>;
  };

  readonly trainer: {
    readonly cardLabel: string;
    readonly mapLabel: string;
    readonly home: string;
    readonly you: string;
    readonly lookingUp: Text;
    readonly restoring: Text;
    readonly ready: Text;
    readonly starting: Text;
    readonly arriving: Text;
    readonly stopping: Text;
    readonly notStopped: Text;
    readonly onTheWay: string;
    readonly seen: string;
    readonly seenSoon: string;
    readonly noConnection: string;
    readonly keptFixes: (count: number) => string;
    readonly otherDevice: string;
    readonly notSharing: string;
    /** Before the reason. */
    readonly unseen: string;
    readonly unseenNow: string;
    readonly chips: {
      readonly sharing: string;
      readonly offline: string;
      readonly paused: string;
      readonly noPosition: string;
    };
    readonly ends: Readonly<Record<JourneyOutcome, Text>>;
    /** Why the student does not see the trainer, and what to do about it; `keptFixes` says it of OFFLINE. */
    readonly reasons: Readonly<Record<Exclude<UnseenReason, 'OFFLINE'>, string>>;
    readonly positionProblems: Readonly<Record<PositionProblem, string>>;
    readonly notStored: string;
    /** Of Android's foreground service, and wherever a system says why the position is used. */
    readonly notification: Text;
  };

  /** Why the service will not show a session, for whoever holds the link or is signed in. */
  readonly refusals: {
    readonly unauthenticated: Text;
    /** Of somebody without a login, who was given the link of a share. */
    readonly share: Text;
    readonly notYours: Text;
    readonly notStartable: Text;
    readonly other: Text;
  };
  readonly failures: {
    readonly noConnection: string;
    readonly serviceAway: string;
    /** What becomes of an attempt that does not get through. */
    readonly meanwhile: Readonly<Record<Attempt, string>>;
    readonly arrivalTooFar: (distance: string, limit: string) => string;
    readonly notThereYet: string;
    readonly codes: Readonly<Record<Exclude<FailureCode, ToldByContext>, string>>;
  };

  /** The links with which somebody without a login watches a session. */
  readonly shares: {
    readonly heading: string;
    readonly detail: string;
    readonly create: string;
    readonly creating: string;
    readonly newLink: string;
    readonly qrCode: string;
    readonly copy: string;
    readonly copied: string;
    /** With the share sheet of the device. */
    readonly send: string;
    /** What is sent beside the link. */
    readonly message: string;
    readonly until: (clock: string) => string;
    readonly revoke: string;
    readonly revokeUntil: (clock: string) => string;
    readonly notCreated: string;
    readonly notRevoked: string;
    readonly tooMany: string;
  };

  readonly operator: {
    readonly cardLabel: string;
    readonly mapLabel: string;
    readonly title: (enRoute: number) => string;
    readonly sessions: (count: number) => string;
    readonly detail: string;
    /** While nothing is known yet. */
    readonly asking: string;
    readonly unauthenticated: string;
    readonly refused: string;
    readonly offline: string;
    readonly refusedChip: string;
    readonly signalsLabel: string;
    readonly noPosition: string;
    readonly positionCorrected: (clock: string) => string;
    readonly listTitle: string;
    readonly sortBy: string;
    readonly sorts: { readonly arrival: string; readonly alerts: string; readonly distance: string };
    readonly show: string;
    readonly showAll: string;
    /** With an alert or a tracking problem of any kind. */
    readonly showTroubled: string;
    readonly noneShown: string;
    /** The heading of the sessions that nobody has set off for; `hasMore`: there are more than these. */
    readonly noShows: (count: number, hasMore: boolean) => string;
    readonly bookedFor: (clock: string) => string;
    /** While the service cannot say which sessions are due. */
    readonly noShowsUnknown: string;
    /** On a button; `unlisted`: how many are left. */
    readonly listMore: (unlisted: number) => string;
    readonly cancel: {
      readonly button: string;
      /** Of the button, for a screen reader; it holds the button's own word. */
      readonly buttonLabel: (trainer: string) => string;
      readonly title: string;
      readonly detail: (trainer: string) => string;
      readonly confirm: string;
      readonly keep: string;
      readonly done: (trainer: string) => string;
    };
    readonly cost: {
      readonly title: string;
      readonly aMinute: string;
      readonly requests: string;
      readonly received: string;
      readonly each: string;
      readonly aJourney: string;
    };
  };

  readonly app: {
    readonly title: string;
    readonly signInLabel: string;
    readonly mapLabel: string;
    readonly mapFailed: string;
    readonly recentre: string;
    readonly zoomIn: string;
    readonly zoomOut: string;
    readonly asking: Text;
    readonly noKey: Text;
    readonly notInDemo: Text;
    readonly views: {
      readonly label: string;
      readonly student: string;
      readonly trainer: string;
      readonly operator: string;
    };
    readonly demoSession: string;
    readonly positionFrom: string;
    readonly thisDevice: string;
    readonly simulatedDrive: string;
  };
}
