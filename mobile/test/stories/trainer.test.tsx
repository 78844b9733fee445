import { App, wake } from '../support/App';
import { drivingApp, setOff, studentSees } from '../support/drivingApp';
import { systemPause } from '../support/FakePhone';
import { graphql, northOf, poll, tokenFor, until, World } from '../support/world';

const world = new World();
let app: App;

beforeEach(async () => {
  await world.begin();
  world.signedIn('trainer');
});
afterEach(async () => {
  await app?.close();
  await world.end();
});

const journeyUrl = () => `/journey/${world.booking.id}`;
test('from the list of the day to the door: start, drive, arrive', async () => {
  world.phone.permission = { ...world.phone.permission, granted: false };
  app = await App.open();
  await app.isAt('/home');
  await app.sees('Today');
  await app.press(/with student-/);
  await app.isAt(journeyUrl());
  await app.sees('Ready to go');
  await app.press('Start journey');
  await app.sees('On the way');
  expect(world.phone.asked).toEqual(['location', 'android.permission.POST_NOTIFICATIONS']);
  await until('the location task is registered', () => world.phone.locationTask !== null);
  expect(world.phone.locationTask!.options).toMatchObject({
    pausesUpdatesAutomatically: false,
    distanceInterval: 0,
    foregroundService: {
      notificationTitle: 'Sharing your way',
      notificationBody: expect.stringContaining('student'),
      killServiceOnDestroy: false,
    },
  });

  await world.driveTo(1200);
  await studentSees(
    world,
    '1200 m',
    ({ signal, distanceMeters }) => signal === 'LIVE' && distanceMeters === 1200,
  );
  await app.sees('Your student sees where you are.');
  await app.press('I have arrived');
  await app.sees(/You are still .* away/);
  for (const meters of [900, 600, 300, 80]) await world.driveTo(meters);
  await studentSees(world, '80 m', ({ distanceMeters }) => distanceMeters === 80);
  await app.press('I have arrived');
  await app.sees('Arrived');
  await studentSees(world, 'the arrival', ({ state }) => state === 'ARRIVED');
  await until('nothing is watched any more', () => world.phone.locationTask === null);
});

test('the way so far is on the map, also after the system killed the app', async () => {
  app = await drivingApp(world);
  for (const meters of [1300, 1100]) {
    await world.driveTo(meters);
    await studentSees(world, `${meters} m`, ({ distanceMeters }) => distanceMeters === meters);
  }
  const way = [1500, 1300, 1100].map((meters) => northOf(world.booking.home, meters).latitude.toFixed(5));
  const shown = (): string[] => app.trail().map(([, latitude]) => latitude!.toFixed(5));
  await until('the way is drawn', () => way.every((latitude) => shown().includes(latitude)));
  await app.close();
  world.phone.kill();

  app = await App.open(journeyUrl());
  await until('the way is drawn again', () => way.every((latitude) => shown().includes(latitude)));
  await world.driveTo(900);
  await until(
    'the way goes on',
    () => shown().at(-1) === northOf(world.booking.home, 900).latitude.toFixed(5),
  );
  expect([...shown()].sort().reverse()).toEqual(shown());
  await app.press('Stop sharing');
  await app.sees('Stopped');
  expect(app.trail()).toEqual([]);
});

test('the way does not run back to where the screen came to the front, although the service knows it only later', async () => {
  app = await drivingApp(world);
  await world.pocket();
  world.network.fault = ({ operation }) => (operation === 'WatchLocation' ? 'cut' : null);
  const before = world.network.of('WatchLocation').length;
  world.phone.show();
  await until('the way is asked for', () => world.network.of('WatchLocation').length > before);
  for (const meters of [1300, 1100]) {
    await world.driveTo(meters);
    await studentSees(world, `${meters} m`, ({ distanceMeters }) => distanceMeters === meters);
  }
  world.online();
  await until('an answer', () =>
    world.network
      .of('WatchLocation')
      .slice(before)
      .some(({ answer }) => answer),
  );
  await world.driveTo(900);
  const at900 = northOf(world.booking.home, 900).latitude.toFixed(5);
  const shown = (): string[] => app.trail().map(([, latitude]) => latitude!.toFixed(5));
  await until('the way goes on', () => shown().at(-1) === at900);
  expect(shown()[0]).toBe(northOf(world.booking.home, 1500).latitude.toFixed(5));
  expect([...shown()].sort().reverse()).toEqual(shown());
});

test('in a pocket no timer fires, and each fix of the task is sent all the same', async () => {
  app = await drivingApp(world);
  await world.pocket();
  for (const meters of [1300, 1100, 900]) {
    await world.driveTo(meters);
    await studentSees(world, `${meters} m`, ({ distanceMeters }) => distanceMeters === meters);
  }
  world.phone.show();
  await app.sees('Your student sees where you are.');
});

test('in a tunnel it says that nothing gets through, keeps the fixes, and shows the newest one first afterwards', async () => {
  app = await drivingApp(world);
  world.offline();
  await world.driveTo(1400);
  await app.sees('No connection');
  // One in five seconds is kept; until then the newest one replaces the one before.
  await systemPause(5100);
  await world.driveTo(1300);
  await world.driveTo(1200);
  await app.sees(/2 positions are kept and sent/);
  expect((await poll(world.booking)).distanceMeters).toBe(1500);
  const before = world.network.of('UpdateLocations').length;
  world.online();
  await world.driveTo(1100);
  await studentSees(world, '1100 m', ({ distanceMeters }) => distanceMeters === 1100);
  await app.sees('Your student sees where you are.');
  // The first request that gets through holds the way there and the newest place: the past is not played back. It may have
  // been sent again before the last fix.
  const [first] = world.network
    .of('UpdateLocations')
    .slice(before)
    .filter(({ answer }) => answer !== '');
  const { locations } = first!.variables as { locations: { latitude: number }[] };
  expect(locations.length).toBeGreaterThan(1);
  const newest = Math.min(...locations.map(({ latitude }) => latitude));
  expect([1100, 1200].map((meters) => northOf(world.booking.home, meters).latitude.toFixed(6))).toContain(
    newest.toFixed(6),
  );
});

test('killed in the pocket, the app is woken by a fix and goes on without a screen; opened, it shows the journey', async () => {
  app = await drivingApp(world);
  world.phone.pocket();
  await app.close();
  world.phone.kill();
  expect(world.phone.locationTask).not.toBeNull();

  wake();
  for (const meters of [1300, 1100]) {
    await world.driveTo(meters);
    await studentSees(world, `${meters} m`, ({ distanceMeters }) => distanceMeters === meters);
  }
  // Android may not start a foreground service from the background: the one that runs is left alone.
  expect(world.phone.updatesStarted).toBe(1);

  world.phone.kill();
  app = await App.open();
  await app.press(/Your active journey/);
  await app.sees('Your student sees where you are.');
});

test('after the phone was switched off and on the app shares again as soon as it is opened, whichever screen it shows', async () => {
  app = await drivingApp(world);
  await app.close();
  world.phone.kill();
  world.phone.locationTask = null;

  app = await App.open();
  await app.isAt('/home');
  await until('the location task is registered', () => world.phone.locationTask !== null);
  await world.driveTo(1200);
  await studentSees(world, '1200 m', ({ distanceMeters }) => distanceMeters === 1200);
});

test('a wake-up after the journey ended elsewhere stops the location task', async () => {
  app = await drivingApp(world);
  world.phone.pocket();
  await app.close();
  world.phone.kill();
  await graphql(
    world.booking.tokens.trainer,
    `mutation { stopJourney(sessionId: "${world.booking.id}") { id } }`,
  );
  wake();
  await world.driveTo(1300);
  await world.driveTo(1200);
  await until('nothing is watched any more', () => world.phone.locationTask === null);
});

test('a token that expires in the pocket is said, and another one goes on with the same journey', async () => {
  const { trainerId, tokens } = world.booking;
  world.phone.secrets.delete('journey.token');
  app = await App.open();
  await app.sees('Welcome');
  // Its time begins once the app is loaded.
  const expiring = await tokenFor(trainerId, 'trainer', 15);
  const expiresAtMs = Date.now() + 15_000;
  await app.type('Token or link', expiring);
  await app.press(/Sign in as/);
  await app.press(/with student-/);
  await setOff(world, app);
  await world.pocket();
  await systemPause(Math.max(0, expiresAtMs + 1500 - Date.now()));
  await world.driveTo(1300);
  world.phone.show();
  await app.sees('Not sharing');
  await app.sees(/sign-in has expired/);
  await app.press('Sign in');
  await app.type('Token or link', tokens.trainer);
  await app.press(/Sign in as/);
  await app.isAt(journeyUrl());
  await studentSees(world, '1300 m', ({ distanceMeters }) => distanceMeters === 1300);
  await app.sees('Your student sees where you are.');
});

test('a stop without network shares nothing any more, and reaches the student later', async () => {
  app = await drivingApp(world);
  world.offline();
  await app.press('Stop sharing');
  await until('nothing is watched any more', () => world.phone.locationTask === null);
  await app.sees(/Nothing is shared any more/);
  expect((await poll(world.booking)).state).toBe('EN_ROUTE');
  world.online();
  await app.sees('Stopped');
  await studentSees(world, 'the stop', ({ state }) => state === 'STOPPED');
});

test('a cancelled session ends the journey on the phone', async () => {
  app = await drivingApp(world);
  const service = await tokenFor('booking-system', 'service');
  const { trainer } = world.booking.tokens;
  await graphql(trainer, `{ session(id: "${world.booking.id}") { id } }`);
  await graphql(service, `mutation { cancelJourney(sessionId: "${world.booking.id}") { id } }`);
  await world.phone.drive(northOf(world.booking.home, 1300));
  await app.sees('Journey cancelled');
  await until('nothing is watched any more', () => world.phone.locationTask === null);
});
