import { App } from '../support/App';
import { drivingApp, studentSees } from '../support/drivingApp';
import { book, graphql, poll, until, World } from '../support/world';

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
test('a permission that is revoked is said with the way to the settings, and allowed again it goes on by itself', async () => {
  app = await drivingApp(world);
  // Android ends an app whose permission is taken away.
  world.phone.permission = { granted: false, canAskAgain: false, accuracy: 'fine' };
  world.phone.locationTask = null;
  await app.close();
  world.phone.kill();

  app = await App.open(journeyUrl());
  await app.sees('Not sharing');
  await app.sees(/may not use your position/);
  await app.press('Open settings');
  expect(world.phone.settingsOpened).toBe(1);
  world.phone.pocket();
  world.phone.permission = { granted: true, canAskAgain: true, accuracy: 'fine' };
  world.phone.show();
  await until('the location task is registered', () => world.phone.locationTask !== null);
  await world.driveTo(1300);
  await app.sees('Your student sees where you are.');
});

test('a permission that iOS takes away from the running app is said, and allowed again it goes on by itself', async () => {
  app = await drivingApp(world);
  world.phone.permission = { granted: false, canAskAgain: false, accuracy: 'fine' };
  await world.phone.failTask();
  await app.sees('Not sharing');
  await studentSees(world, 'why', ({ trackingProblem }) => trackingProblem === 'PERMISSION_DENIED');
  await app.press('Open settings');
  expect(world.phone.settingsOpened).toBe(1);
  world.phone.pocket();
  world.phone.permission = { granted: true, canAskAgain: true, accuracy: 'fine' };
  world.phone.show();
  await world.driveTo(1300);
  await app.sees('Your student sees where you are.');
  await studentSees(world, 'no reason any more', ({ trackingProblem }) => trackingProblem === null);
});

test('location that is switched off on the way is said, with the way to its switch', async () => {
  app = await drivingApp(world);
  world.phone.pocket();
  world.phone.servicesEnabled = false;
  world.phone.show();
  await app.sees(/Location is switched off/);
  await app.press('Open settings');
  expect(world.phone.intents).toEqual(['android.settings.LOCATION_SOURCE_SETTINGS']);
  world.phone.servicesEnabled = true;
  await world.driveTo(1300);
  await app.sees('Your student sees where you are.');
});

test('who signs out on the way is asked first; afterwards nothing is shared, and the next sign-in goes on', async () => {
  app = await drivingApp(world);
  await app.close();
  world.phone.kill();
  app = await App.open();
  await app.sees(/Your active journey/);
  await app.press('Sign out');
  await app.sees(/This phone shares a journey/);
  expect(world.phone.locationTask).not.toBeNull();
  await app.press('Sign out anyway');
  await app.sees('Welcome');
  await until('nothing is watched any more', () => world.phone.locationTask === null);
  expect(world.phone.secrets.get('journey.token')).toBeUndefined();
  await app.type('Token or link', world.booking.tokens.trainer);
  await app.press(/Sign in as/);
  await app.isAt('/home');
  await until('the location task is registered', () => world.phone.locationTask !== null);
  await world.driveTo(1200);
  await studentSees(world, '1200 m', ({ distanceMeters }) => distanceMeters === 1200);
});

test('another trainer who signs in on the same phone shares nothing of the journey that was left', async () => {
  app = await drivingApp(world);
  await app.close();
  world.phone.kill();
  const other = await book();
  world.phone.secrets.set('journey.token', other.tokens.trainer);
  app = await App.open();
  await app.isAt('/home');
  await app.sees(/with student-/);
  await until('nothing is watched any more', () => world.phone.locationTask === null);
  await world.driveTo(700);
  expect((await poll(world.booking)).distanceMeters).toBe(1500);
});

test('without permission, or with an approximate location, nothing starts, and it is said what to do', async () => {
  world.phone.permission = { granted: false, canAskAgain: true, accuracy: 'fine' };
  world.phone.answer = 'DENY_FOR_GOOD';
  app = await App.open(journeyUrl());
  await app.press('Start journey');
  await app.sees(/Allow it in the system’s settings/);
  await app.press('Open settings');
  world.phone.permission = { granted: true, canAskAgain: true, accuracy: 'coarse' };
  await app.press('Start journey');
  await app.sees(/only an approximate position/);
  world.phone.permission = { granted: true, canAskAgain: true, accuracy: 'fine' };
  world.phone.servicesEnabled = false;
  await app.press('Start journey');
  await app.sees(/switched off on this phone/);
  await app.press('Open settings');
  expect(world.phone.intents).toEqual(['android.settings.LOCATION_SOURCE_SETTINGS']);
  expect((await poll(world.booking)).state).toBe('NOT_STARTED');
  world.phone.servicesEnabled = true;
  await app.press('Start journey');
  await app.sees('On the way');
});

test('a journey of another device is shown, and shared from here only when the trainer says so', async () => {
  const { id, tokens } = world.booking;
  await graphql(tokens.trainer, `mutation { startJourney(sessionId: "${id}", deviceId: "other") { id } }`);
  app = await App.open();
  await app.press(/Your active journey/);
  await app.sees('Shared by another device');
  await app.sees(/Take over to share from this one/);
  // The arrival is proven by the phone that shares the way.
  expect(app.screen.queryByRole('button', { name: 'I have arrived' })).toBeNull();
  expect(world.phone.locationTask).toBeNull();
  await app.press('Share from this device');
  await until('the location task is registered', () => world.phone.locationTask !== null);
  await world.driveTo(700);
  await studentSees(world, '700 m', ({ distanceMeters }) => distanceMeters === 700);
});
