import { App, wake } from '../support/App';
import { systemPause } from '../support/FakePhone';
import { graphql, northOf, poll, startService, until, World } from '../support/world';

/** Long enough for the beginning of each story, short enough to wait for. */
const LIFE_SECONDS = 10;

const world = new World();
let app: App;
let serviceUrl: string;
let startedAtMs: number;

beforeAll(async () => {
  serviceUrl = (await startService({ JOURNEY_TTL_SECONDS: String(LIFE_SECONDS) })).url;
});
beforeEach(() => world.begin(serviceUrl));
afterEach(async () => {
  await app?.close();
  await world.end();
});

async function drivingApp(): Promise<void> {
  world.signedIn('trainer');
  app = await App.open(`/journey/${world.booking.id}`);
  await app.press('Start journey');
  await app.sees('On the way');
  startedAtMs = Date.now();
  await until('the location task is registered', () => world.phone.locationTask !== null);
  await world.driveTo(1500);
}

const deadline = () => systemPause(startedAtMs + LIFE_SECONDS * 1000 + 500 - Date.now());

test('a journey whose deadline passes while the phone sleeps has timed out when the trainer looks', async () => {
  await drivingApp();
  world.phone.pocket();
  await deadline();
  expect((await poll(world.booking)).state).toBe('EXPIRED');
  world.phone.show();
  await app.sees('Timed out');
  await until('nothing is watched any more', () => world.phone.locationTask === null);
  await app.press('Start again');
  await app.sees('On the way');
});

test('the first fix after the deadline ends the watch, also in a woken process without a network', async () => {
  await drivingApp();
  world.phone.pocket();
  await app.close();
  world.phone.kill();
  world.offline();
  await deadline();
  wake();
  await world.driveTo(1300);
  await until('nothing is watched any more', () => world.phone.locationTask === null);
  world.online();
  app = await App.open();
  await app.isAt('/home');
  await systemPause(500);
  await app.seesNot(/Your active journey/);
});

test('a student whose phone slept past the deadline reads that the sharing timed out, and sees no place any more', async () => {
  world.signedIn('student');
  const { id, tokens, home } = world.booking;
  app = await App.open(`/session/${id}`);
  await app.sees('Not on the way yet');
  // Started by the process whose journeys are short.
  const { latitude, longitude } = northOf(home, 1500);
  const start = `mutation { startJourney(sessionId: "${id}") { id } }`;
  await graphql(tokens.trainer, start, serviceUrl);
  startedAtMs = Date.now();
  await graphql(
    tokens.trainer,
    `mutation { updateLocation(sessionId: "${id}", location: { latitude: ${latitude}, longitude: ${longitude}, accuracy: 5 }) { version } }`,
  );
  await app.sees('1.5 km');
  world.phone.pocket();
  await deadline();
  world.phone.show();
  await app.sees('Sharing timed out');
  await app.seesNot('1.5 km');
  expect(app.screen.queryByTestId('trainer')).toBeNull();
});
