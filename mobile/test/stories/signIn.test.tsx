import { App } from '../support/App';
import { systemPause } from '../support/FakePhone';
import { tokenFor, World } from '../support/world';

const world = new World();
beforeEach(() => world.begin());
afterEach(() => world.end());

test('a student pastes a token and sees the sessions', async () => {
  const app = await App.open();
  await app.sees('Welcome');
  await app.type('Token or link', world.booking.tokens.student);
  await app.press(/Sign in as/);
  await app.isAt('/sessions');
  await app.sees('Upcoming');
  await app.sees(/with trainer-/);
  await app.close();
});

test.each([
  ['student', 'session'],
  ['trainer', 'journey'],
] as const)(
  'a link for a %s that is opened before the sign-in leads to its screen after it',
  async (role, screen) => {
    const app = await App.open(`/${screen}/${world.booking.id}`);
    await app.sees('Welcome');
    await app.type('Token or link', world.booking.tokens[role]);
    await app.press(/Sign in as/);
    await app.isAt(`/${screen}/${world.booking.id}`);
    await app.sees(role === 'student' ? 'Not on the way yet' : 'Ready to go');
    await app.close();
  },
);

test('a link for another role leads whoever signs in to their own sessions, and is kept for nobody', async () => {
  const { id, tokens } = world.booking;
  const app = await App.open(`/journey/${id}`);
  await app.type('Token or link', tokens.student);
  await app.press(/Sign in as/);
  await app.isAt('/sessions');
  await app.press('Sign out');
  await app.type('Token or link', tokens.trainer);
  await app.press(/Sign in as/);
  await app.isAt('/home');
  await app.sees(/with student-/);
  expect(app.path()).toBe('/home');
  await app.close();
});

test('a token that is no token, of another role, or expired is refused with a reason', async () => {
  const app = await App.open();
  await app.type('Token or link', 'hello');
  await app.press('Sign in');
  await app.sees(/no token in this text/);
  await app.type('Token or link', await tokenFor('operator-1', 'operator'));
  await app.press('Sign in');
  await app.sees(/for trainers and students/);
  await app.type('Token or link', await tokenFor('student-1', 'student', -60));
  await app.press(/Sign in as/);
  await app.sees(/has expired/);
  await app.close();
});

test('started ahead, before the phone was unlocked, the app keeps its sign-in and shows it when it is opened', async () => {
  world.signedIn('student');
  world.phone.wasUnlocked = false;
  world.phone.pocket();
  const app = await App.begin();
  await systemPause(500);
  expect(world.phone.secrets.get('journey.token')).toBe(world.booking.tokens.student);
  world.phone.wasUnlocked = true;
  world.phone.show();
  await app.isAt('/sessions');
  await app.sees(/with trainer-/);
  await app.close();
});

test('a key chain that stays closed asks for another sign-in, and nothing is deleted', async () => {
  world.signedIn('student');
  world.phone.wasUnlocked = false;
  const app = await App.open();
  await app.sees('Welcome');
  expect(world.phone.secrets.get('journey.token')).toBe(world.booking.tokens.student);
  await app.type('Token or link', world.booking.tokens.student);
  await app.press(/Sign in as/);
  await app.isAt('/sessions');
  await app.close();
});
