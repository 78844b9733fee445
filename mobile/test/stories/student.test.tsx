import { App } from '../support/App';
import { systemPause } from '../support/FakePhone';
import { book, graphql, northOf, startService, tokenFor, World } from '../support/world';

const world = new World();
let app: App;

beforeEach(async () => {
  await world.begin();
  world.signedIn('student');
});
afterEach(async () => {
  await app?.close();
  await world.end();
});

/** The trainer, on another phone. */
const trainerDoes = (mutation: string) => graphql(world.booking.tokens.trainer, `mutation { ${mutation} }`);
const start = () => trainerDoes(`startJourney(sessionId: "${world.booking.id}") { id }`);
const driveTo = async (meters: number): Promise<void> => {
  await systemPause(400);
  const { latitude, longitude } = northOf(world.booking.home, meters);
  await trainerDoes(
    `updateLocation(sessionId: "${world.booking.id}", location: { latitude: ${latitude}, longitude: ${longitude}, accuracy: 5 }) { version }`,
  );
};

test('from the list of sessions: not started, on the way, arrived', async () => {
  app = await App.open();
  await app.isAt('/sessions');
  await app.press(/with trainer-/);
  await app.isAt(`/session/${world.booking.id}`);
  await app.sees('Not on the way yet');
  await start();
  await app.sees('Setting off');
  await driveTo(1500);
  await app.sees('Live');
  await app.sees('1.5 km');
  for (const meters of [1100, 700, 300, 90]) await driveTo(meters);
  await app.sees('90 m');
  await trainerDoes(`markArrived(sessionId: "${world.booking.id}") { state }`);
  await app.sees('Arrived');
  await app.seesNot('90 m');
});

test('a trainer in a tunnel is delayed, then lost, and live again afterwards', async () => {
  // A process whose signals grow old within seconds.
  const { url } = await startService({ SIGNAL_LIVE_MS: '3000', SIGNAL_DELAYED_MS: '6000' });
  await world.end();
  await world.begin(url);
  world.signedIn('student');
  app = await App.open(`/session/${world.booking.id}`);
  await start();
  await driveTo(1500);
  await app.sees('Live');
  await app.sees('Delayed');
  await app.sees('Signal lost');
  await app.sees('1.5 km');
  await driveTo(1200);
  await app.sees('Live');
});

test('without a network the last place stays, and it is said how old it is', async () => {
  app = await App.open(`/session/${world.booking.id}`);
  await start();
  await driveTo(1500);
  await app.sees('Live');
  world.offline();
  await app.sees('No connection');
  await app.sees(/This is where your trainer was/);
  world.online();
  await app.seesNot('No connection');
});

test('a screen that was opened without a network has all of it as soon as there is one', async () => {
  world.offline();
  app = await App.open(`/session/${world.booking.id}`);
  await app.sees('No connection');
  expect(app.screen.queryByTestId('home')).toBeNull();
  world.online();
  await app.sees('Not on the way yet');
  await app.until('the home on the map', () => app.screen.queryByTestId('home') !== null);
});

test.each([
  ['stopped', 'stopJourney', 'Journey stopped'],
  ['cancelled', 'cancelJourney', 'Journey cancelled'],
])('a journey that was %s says so', async (_, mutation, title) => {
  app = await App.open(`/session/${world.booking.id}`);
  await start();
  await driveTo(1500);
  await app.sees('Live');
  const by = mutation === 'stopJourney' ? world.booking.tokens.trainer : await tokenFor('desk', 'service');
  await graphql(by, `mutation { ${mutation}(sessionId: "${world.booking.id}") { id } }`);
  await app.sees(title);
});

test('a session of somebody else is refused, and nothing of it is shown', async () => {
  world.phone.secrets.set('journey.token', await tokenFor('student-of-nobody', 'student'));
  app = await App.open(`/session/${world.booking.id}`);
  await app.sees('Not your session');
});

test('an expired sign-in is said, and with a new token the same screen goes on', async () => {
  world.phone.secrets.set('journey.token', await tokenFor(world.booking.studentId, 'student', -60));
  app = await App.open(`/session/${world.booking.id}`);
  await app.sees('Your sign-in has expired');
  await app.press('Sign in');
  await app.type('Token or link', world.booking.tokens.student);
  await app.press(/Sign in as/);
  await app.isAt(`/session/${world.booking.id}`);
  await app.sees('Not on the way yet');
});

test('a screen that only knows the trainer finds the journey when it starts', async () => {
  app = await App.open(`/trainer-location/${world.booking.trainerId}`);
  await app.sees('Not on the way to you');
  await start();
  await driveTo(800);
  world.phone.pocket();
  world.phone.show();
  await app.sees('Live');
  await app.sees('800 m');
});

test('a screen that only knows the trainer shows, of several journeys, the one that started last, and after its end the next', async () => {
  const { trainerId, studentId } = world.booking;
  const later = await book({ trainerId, studentId });
  const begin = (id: string) => trainerDoes(`startJourney(sessionId: "${id}") { id }`);
  const end = (id: string) => trainerDoes(`stopJourney(sessionId: "${id}") { id }`);
  await start();
  await driveTo(1500);
  await begin(later.id);
  app = await App.open(`/trainer-location/${trainerId}`);
  await app.sees('Setting off');
  await end(later.id);
  await app.sees('Journey stopped');
  world.phone.pocket();
  world.phone.show();
  await app.sees('1.5 km');
});

test('in a pocket the app asks nothing', async () => {
  app = await App.open(`/session/${world.booking.id}`);
  await app.sees('Not on the way yet');
  await world.pocket();
  const before = world.network.requests.length;
  await systemPause(2000);
  expect(world.network.requests.length).toBe(before);
});

test('on a German phone all of it is German', async () => {
  world.phone.language = 'de-AT';
  app = await App.open();
  await app.sees('Bevorstehend');
  await app.press(/mit trainer-/);
  await app.sees('Noch nicht unterwegs');
});

test('who signs out is at the sign-in, and the token is gone', async () => {
  app = await App.open();
  await app.press('Sign out');
  await app.sees('Welcome');
  expect(world.phone.secrets.get('journey.token')).toBeUndefined();
});
