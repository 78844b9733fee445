import { metersFromHome, type Booking } from '../support/service';
import type { Parameters } from './clients';

export type Sender =
  'trainer' | 'student' | 'otherStudent' | 'operator' | 'service' | 'anonymous' | 'badToken';

/** An operation, a role, and what the server responds with. */
export interface Case {
  readonly name: string;
  readonly operation: string;
  readonly who: Sender;
  readonly variables?: (booking: Booking) => unknown;
  /** What happened before. */
  readonly before?: (booking: Booking) => Promise<unknown>;
  readonly request?: Parameters;
  /** `apollo` where only Apollo Server says what is wrong; else the operation is executed as compiled code. */
  readonly path?: 'apollo';
}

const session = ({ id }: Booking) => ({ sessionId: id });
const started = ({ id, trainer }: Booking) => trainer.start(id, 'tap-1');
export const active = async (booking: Booking) => {
  await started(booking);
  await booking.trainer.update(booking.id, { ...metersFromHome(900), accuracy: 5, heading: 10, speed: 3 });
};
const at = (meters: number) => (booking: Booking) => ({
  sessionId: booking.id,
  location: metersFromHome(meters),
});

export const cases: readonly Case[] = [
  { name: 'a poll before a start', operation: 'LiveLocation', who: 'student', variables: session },
  {
    name: 'a poll without a fix',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    before: started,
  },
  {
    name: 'a poll of an active journey',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    before: active,
  },
  {
    name: "another student's poll",
    operation: 'LiveLocation',
    who: 'otherStudent',
    variables: session,
    before: started,
  },
  { name: "a trainer's poll", operation: 'LiveLocation', who: 'trainer', variables: session, before: active },
  {
    name: "an operator's poll",
    operation: 'LiveLocation',
    who: 'operator',
    variables: session,
    before: active,
  },
  { name: 'a poll with a bad token', operation: 'LiveLocation', who: 'badToken', variables: session },
  { name: 'a poll without a token', operation: 'LiveLocation', who: 'anonymous', variables: session },
  {
    name: 'a poll without its variable',
    path: 'apollo',
    operation: 'LiveLocation',
    who: 'student',
    variables: () => ({}),
  },
  {
    name: 'a poll with a variable of a wrong type',
    path: 'apollo',
    operation: 'LiveLocation',
    who: 'student',
    variables: () => ({ sessionId: { a: 1 } }),
  },
  {
    name: 'a poll with a malformed id',
    operation: 'LiveLocation',
    who: 'student',
    variables: () => ({ sessionId: 'a b' }),
  },
  {
    name: 'variables that are no object',
    path: 'apollo',
    operation: 'LiveLocation',
    who: 'student',
    variables: () => [1],
  },
  {
    name: 'another operationName',
    path: 'apollo',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    request: { operationName: 'Other' },
  },
  {
    name: 'extensions that are no object',
    path: 'apollo',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    request: { extensions: 'x' },
  },
  {
    name: 'extensions of a client library',
    operation: 'LiveLocation',
    who: 'student',
    variables: session,
    request: { extensions: { clientLibrary: { name: 'x' } } },
  },
  {
    name: 'polls of two',
    operation: 'LiveLocations',
    who: 'student',
    variables: ({ id }) => ({ sessionIds: [id, id] }),
    before: active,
  },
  {
    name: 'polls of none',
    operation: 'LiveLocations',
    who: 'student',
    variables: () => ({ sessionIds: [] }),
  },
  {
    name: 'polls of 51',
    operation: 'LiveLocations',
    who: 'student',
    variables: ({ id }) => ({ sessionIds: Array(51).fill(id) }),
  },
  {
    name: 'polls with one that is not there',
    operation: 'LiveLocations',
    who: 'student',
    variables: ({ id }) => ({ sessionIds: [id, 'none'] }),
  },
  {
    name: 'a session',
    operation: 'Session',
    who: 'student',
    variables: ({ id }) => ({ id }),
    before: active,
  },
  { name: "a service's session", operation: 'Session', who: 'service', variables: ({ id }) => ({ id }) },
  {
    name: 'a session that does not exist',
    operation: 'Session',
    who: 'operator',
    variables: () => ({ id: 'none' }),
  },
  { name: 'sessions', operation: 'Sessions', who: 'student', variables: () => ({ first: 2 }) },
  {
    name: 'sessions beyond a page',
    operation: 'Sessions',
    who: 'student',
    variables: () => ({ first: 101 }),
  },
  { name: 'active journeys', operation: 'ActiveJourneys', who: 'trainer', before: active },
  { name: 'active journeys of an unnamed trainer', operation: 'ActiveJourneys', who: 'operator' },
  { name: 'no-shows', operation: 'NoShows', who: 'operator' },
  { name: "a trainer's no-shows", operation: 'NoShows', who: 'trainer' },
  {
    name: 'no-shows after no cursor',
    operation: 'NoShows',
    who: 'service',
    variables: () => ({ first: 2, after: 'x' }),
  },
  { name: 'a start', operation: 'StartJourney', who: 'trainer', variables: session },
  { name: 'a second start', operation: 'StartJourney', who: 'trainer', variables: session, before: started },
  { name: "a student's start", operation: 'StartJourney', who: 'student', variables: session },
  { name: 'an update', operation: 'UpdateLocation', who: 'trainer', variables: at(800), before: started },
  {
    name: 'an update out of range',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: ({ id }) => ({ sessionId: id, location: { latitude: 91, longitude: 0, heading: -1 } }),
    before: started,
  },
  {
    name: 'an update with a text for a number',
    path: 'apollo',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: ({ id }) => ({ sessionId: id, location: { latitude: '52.5', longitude: 0 } }),
    before: started,
  },
  {
    name: 'an update with a bad time',
    path: 'apollo',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: ({ id }) => ({ sessionId: id, location: { latitude: 1, longitude: 0, capturedAt: 'today' } }),
    before: started,
  },
  {
    name: 'an implausible update',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: ({ id }) => ({ sessionId: id, location: { ...metersFromHome(0), accuracy: 500 } }),
    before: started,
  },
  {
    name: 'an update too early',
    operation: 'UpdateLocation',
    who: 'trainer',
    variables: at(880),
    before: active,
  },
  {
    name: 'a batch',
    operation: 'UpdateLocations',
    who: 'trainer',
    variables: ({ id }) => ({
      sessionId: id,
      locations: [metersFromHome(700)],
      sentAt: '2026-01-01T00:00:00Z',
    }),
    before: started,
  },
  {
    name: 'an arrival from too far',
    operation: 'MarkArrived',
    who: 'trainer',
    variables: session,
    before: active,
  },
  { name: 'an arrival', operation: 'MarkArrived', who: 'trainer', variables: at(20), before: started },
  {
    name: 'an arrival without a fix',
    operation: 'MarkArrived',
    who: 'trainer',
    variables: session,
    before: started,
  },
  { name: 'a stop', operation: 'StopJourney', who: 'trainer', variables: session, before: active },
  { name: 'a stop of nothing', operation: 'StopJourney', who: 'trainer', variables: session },
  { name: "an operator's start", operation: 'StartJourney', who: 'operator', variables: session },
  { name: "another student's refresh", operation: 'RefreshSession', who: 'otherStudent', variables: session },
  { name: 'a refresh', operation: 'RefreshSession', who: 'operator', variables: session, before: started },
];
