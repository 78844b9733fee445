/** What a screen says, in plain words: shared by the web map and the phone app. Pure; it needs neither React nor a client. */
export { englishWords } from './english.js';
export { germanWords } from './german.js';
export { wordsFor } from './wordsFor.js';
export type { Action, Attempt, Host, Language, Text, Words } from './Words.js';
export type { Description, StatusIcon, Tone } from './description.js';
export { journeyView } from './journeyView.js';
export type { JourneyView } from './journeyView.js';
export { describeJourney, journeyNotes } from './describeJourney.js';
export { nextAnnouncement } from './announcement.js';
export type { Announcement } from './announcement.js';
export { describeTracker } from './describeTracker.js';
export { trackerNotice, trackerRefusal } from './trackerNotice.js';
export type { FailedAction } from './trackerNotice.js';
export { describeRefusal, failureInWords } from './describeFailure.js';
export {
  capitalized,
  formatAge,
  formatArrival,
  formatClock,
  formatDistance,
  formatDuration,
  formatPerson,
} from './format.js';
