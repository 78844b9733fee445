import type { GeoPoint } from '../domain/geo';

/** A session that the mutations may change, because no simulated trainer drives to it. */
export interface PlaygroundTarget {
  readonly sessionId: string;
  readonly home: GeoPoint;
}

export interface PlaygroundOperation {
  readonly name: string;
  readonly query: string;
  /** `{{…}}` stands for a value of the selected environment, that is, of the viewer. */
  readonly variables: object;
}

const METERS_PER_DEGREE_OF_LATITUDE = 111_195;
/** Each fix's distance from home, metres: within the arrival radius, and so close to each other that none is rejected as too fast. */
const FIX_METERS = 50;
const BATCH_METERS = [40, 30];
const ARRIVAL_METERS = 20;
const ACCURACY_METERS = 20;

/** Every operation of the API once, in the order of a journey. Queries read the viewer's session, mutations change the target. */
export function playgroundOperations({ sessionId, home }: PlaygroundTarget): readonly PlaygroundOperation[] {
  const fix = (metersFromHome: number) => ({
    latitude: Number((home.latitude + metersFromHome / METERS_PER_DEGREE_OF_LATITUDE).toFixed(6)),
    longitude: Number(home.longitude.toFixed(6)),
    accuracy: ACCURACY_METERS,
  });
  const trainer = `# As the trainer of ${sessionId}.`;
  return [
    {
      name: 'liveLocation',
      query: `# The student's poll: where is my trainer? Select the viewer by the environment, at the top right.
# Once the journey has ended, activeJourneys returns the session that the trainer drives to now.
query LiveLocation($sessionId: ID!) {
  liveLocation(sessionId: $sessionId) {
    state
    signal
    version
    distanceMeters
    location { latitude longitude accuracy heading speed capturedAt }
    startedAt
    endedAt
    pollAfterMs
  }
}
`,
      variables: { sessionId: '{{sessionId}}' },
    },
    {
      name: 'liveLocations',
      query: `# Up to 50 polls in one request.
query LiveLocations($sessionIds: [ID!]!) {
  liveLocations(sessionIds: $sessionIds) {
    sessionId
    trainerId
    state
    signal
    distanceMeters
    location { latitude longitude }
  }
}
`,
      variables: { sessionIds: ['{{sessionId}}'] },
    },
    {
      name: 'session',
      query: `query Session($id: ID!) {
  session(id: $id) {
    id
    status
    scheduledAt
    trainerId
    studentId
    home { latitude longitude }
    liveLocation { state distanceMeters }
    lastJourney { id state startedAt endedAt }
    journeys(first: 5) {
      id
      state
      startedAt
      endedAt
      summary { durationSeconds drivenMeters signalLostSeconds rejectedFixes lateSeconds }
    }
  }
}
`,
      variables: { id: '{{sessionId}}' },
    },
    {
      name: 'sessions',
      query: `# The viewer's own sessions; an operator gets all. For the next page set after to endCursor. Backward: first null,
# last 5, and before as startCursor.
query Sessions($first: Int, $after: String, $filter: SessionFilter, $last: Int, $before: String) {
  sessions(first: $first, after: $after, filter: $filter, last: $last, before: $before) {
    edges { node { id status scheduledAt trainerId studentId liveLocation { state } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
`,
      variables: {
        first: 5,
        after: null,
        filter: { statuses: ['SCHEDULED', 'CONFIRMED'] },
        last: null,
        before: null,
      },
    },
    {
      name: 'activeJourneys',
      query: `# The viewer's active journeys, for a screen without a session id. An operator must name the trainer.
query ActiveJourneys($trainerId: ID) {
  activeJourneys(trainerId: $trainerId) { id sessionId trainerId state startedAt expiresAt }
}
`,
      variables: { trainerId: '{{trainerId}}' },
    },
    {
      name: 'journeys',
      query: `# As an operator: all active journeys. For the next page set after to endCursor.
query Journeys($first: Int, $after: String) {
  journeys(first: $first, after: $after) {
    edges { node { id sessionId trainerId studentId startedAt expiresAt session { liveLocation { signal distanceMeters } } } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
      variables: { first: 10, after: null },
    },
    {
      name: 'noShows',
      query: `# As an operator: the sessions that nobody has set off for in time. For the next page set after to endCursor.
query NoShows($first: Int, $after: String) {
  noShows(first: $first, after: $after) {
    edges { node { id trainerId studentId scheduledAt } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
      variables: { first: 10, after: null },
    },
    {
      name: 'viewer',
      query: `# The user that the token identifies.
query Viewer {
  viewer { id role }
}
`,
      variables: {},
    },
    {
      name: 'shareJourney',
      query: `# As the student of ${sessionId}, or an operator. The token is shown once: whoever has it watches this session's journey.
mutation ShareJourney($sessionId: ID!, $expiresInSeconds: Int) {
  shareJourney(sessionId: $sessionId, expiresInSeconds: $expiresInSeconds) {
    share { id createdAt expiresAt }
    token
  }
}
`,
      variables: { sessionId, expiresInSeconds: 7200 },
    },
    {
      name: 'revokeShare',
      query: `# As the student of ${sessionId}, or an operator. Set shareId to the id of a share: Session.shares lists them.
mutation RevokeShare($sessionId: ID!, $shareId: ID!) {
  revokeShare(sessionId: $sessionId, shareId: $shareId)
}
`,
      variables: { sessionId, shareId: 'id-of-the-share' },
    },
    {
      name: 'startJourney',
      query: `${trainer} With a clientRequestId a repetition returns the same journey.
mutation StartJourney($sessionId: ID!, $clientRequestId: ID) {
  startJourney(sessionId: $sessionId, clientRequestId: $clientRequestId) { id state startedAt expiresAt }
}
`,
      variables: { sessionId, clientRequestId: null },
    },
    {
      name: 'updateLocation',
      query: `${trainer} One fix, captured now. Send one every 5 s.
mutation UpdateLocation($sessionId: ID!, $location: LocationInput!) {
  updateLocation(sessionId: $sessionId, location: $location) {
    status
    version
    distanceMeters
    canMarkArrived
    nextUpdateMs
  }
}
`,
      variables: { sessionId, location: fix(FIX_METERS) },
    },
    {
      name: 'updateLocations',
      query: `${trainer} Fixes buffered while offline. The phone's clock may be wrong: only the time between capturedAt and sentAt counts.
mutation UpdateLocations($sessionId: ID!, $locations: [LocationInput!]!, $sentAt: DateTime) {
  updateLocations(sessionId: $sessionId, locations: $locations, sentAt: $sentAt) {
    results { index status rejection }
    version
    distanceMeters
    canMarkArrived
    nextUpdateMs
  }
}
`,
      variables: {
        sessionId,
        sentAt: '2026-01-01T12:00:02.000Z',
        locations: BATCH_METERS.map((meters, index) => ({
          ...fix(meters),
          capturedAt: `2026-01-01T12:00:0${index + 1}.000Z`,
        })),
      },
    },
    {
      name: 'takeOverJourney',
      query: `${trainer} Of several devices one reports. From now on it is this one; add deviceId to its updates.
mutation TakeOverJourney($sessionId: ID!, $deviceId: ID!) {
  takeOverJourney(sessionId: $sessionId, deviceId: $deviceId) { id state }
}
`,
      variables: { sessionId, deviceId: 'playground' },
    },
    {
      name: 'reportTrackingProblem',
      query: `${trainer} Why the phone sends nothing; null: all is well again. The next accepted fix clears it too.
mutation ReportTrackingProblem($sessionId: ID!, $problem: TrackingProblem) {
  reportTrackingProblem(sessionId: $sessionId, problem: $problem) { id state }
}
`,
      variables: { sessionId, problem: 'LOCATION_OFF' },
    },
    {
      name: 'markArrived',
      query: `${trainer} Within 150 m of home. It is final: the session can't be started again.
mutation MarkArrived($sessionId: ID!, $location: LocationInput) {
  markArrived(sessionId: $sessionId, location: $location) { id state endedAt }
}
`,
      variables: { sessionId, location: fix(ARRIVAL_METERS) },
    },
    {
      name: 'stopJourney',
      query: `${trainer} A new journey may follow.
mutation StopJourney($sessionId: ID!) {
  stopJourney(sessionId: $sessionId) { id state endedAt }
}
`,
      variables: { sessionId },
    },
    {
      name: 'cancelJourney',
      query: `# As an operator, when the trainer can't end the journey. A new one may follow.
mutation CancelJourney($sessionId: ID!) {
  cancelJourney(sessionId: $sessionId) { id state endedAt }
}
`,
      variables: { sessionId },
    },
    {
      name: 'refreshSession',
      query: `# As an operator, after a booking has changed.
mutation RefreshSession($sessionId: ID!) {
  refreshSession(sessionId: $sessionId) { id status trainerId studentId scheduledAt }
}
`,
      variables: { sessionId },
    },
  ];
}
