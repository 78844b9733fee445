import { App } from '../support/App';
import { graphql, until, World } from '../support/world';

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

/** The secret of the link that was handed to the share sheet last, as the live map takes it from there. */
const sentToken = (): string => `share.${world.phone.shared.at(-1)!.split('#share=')[1]}`;

/** Whoever opens the link. */
const guestSees = async (token: string): Promise<string> =>
  (
    await graphql<{ liveLocation: { state: string } }>(
      token,
      `{ liveLocation(sessionId: "${world.booking.id}") { state } }`,
    )
  ).liveLocation.state;

test('a link goes to the share sheet and shows the journey to a guest, and no longer once it is taken back', async () => {
  const { id, tokens } = world.booking;
  app = await App.open(`/session/${id}`);
  await graphql(tokens.trainer, `mutation { startJourney(sessionId: "${id}") { id } }`);
  await app.press('Links for others');
  await app.sees(/Whoever has such a link sees this journey/);
  await app.sees('There is no link now.');
  await app.press('Create a link');
  await app.sees(/Valid until/);
  await until('the share sheet is open', () => world.phone.shared.length === 1);
  const origin = new URL(world.network.url).origin;
  expect(world.phone.shared[0]).toMatch(`See where the trainer is: ${origin}/map/#share=${id}.`);
  await app.sees(new RegExp(`^${origin}/map/#share=`));

  const guest = sentToken();
  expect(await guestSees(guest)).toBe('EN_ROUTE');
  await app.press('Send');
  expect(world.phone.shared).toHaveLength(2);

  await app.press(/Take back the link/);
  await app.sees('There is no link now.');
  await app.seesNot(/#share=/);
  await expect(guestSees(guest)).rejects.toThrow(/This share is not valid/);
});

test('a link of an earlier day is listed, and its secret is shown no more', async () => {
  const { id, tokens } = world.booking;
  await graphql(tokens.student, `mutation { shareJourney(sessionId: "${id}") { token } }`);
  app = await App.open(`/session/${id}`);
  await app.press('Links for others');
  await app.sees(/Valid until/);
  expect(app.screen.queryAllByText(/#share=/)).toEqual([]);
});

test('without a network no link is created or taken back, and the app says neither', async () => {
  app = await App.open(`/session/${world.booking.id}`);
  await app.press('Links for others');
  await app.sees('There is no link now.');
  world.offline();
  await app.press('Create a link');
  await app.sees(/could not be created/);
  expect(world.phone.shared).toEqual([]);
  world.online();
  await app.press('Create a link');
  await app.sees(/Valid until/);
  await until('the share sheet is open', () => world.phone.shared.length === 1);
  world.offline();
  await app.press(/Take back the link/);
  await app.sees(/may still work/);
  await app.sees(/Valid until/);
  expect(await guestSees(sentToken())).toBe('NOT_STARTED');
});

test('a link that was taken back on another device disappears with its secret', async () => {
  const { id, tokens } = world.booking;
  app = await App.open(`/session/${id}`);
  await app.press('Links for others');
  await app.press('Create a link');
  await app.sees(/#share=/);
  // An answer to an earlier poll would count as the one to the poll of the return.
  await app.until('the list is known', () => world.network.of('Shares').every(({ answer }) => answer !== ''));
  const query = `{ session(id: "${id}") { shares { id } } }`;
  const { session } = await graphql<{ session: { shares: { id: string }[] } }>(tokens.student, query);
  const shareId = session.shares[0]!.id;
  await graphql(tokens.student, `mutation { revokeShare(sessionId: "${id}", shareId: "${shareId}") }`);
  world.phone.pocket();
  world.phone.show();
  await app.seesNot(/#share=/);
  await app.sees('There is no link now.');
});

describe('a released app that was not told where the live map is', () => {
  const isDevelopment = __DEV__;
  const setDevelopment = (value: boolean): void => void Object.assign(globalThis, { __DEV__: value });
  afterEach(() => setDevelopment(isDevelopment));

  test('says so, and makes no link that leads nowhere', async () => {
    app = await App.open(`/session/${world.booking.id}`);
    await app.sees('Not on the way yet');
    setDevelopment(false);
    await app.press('Links for others');
    await app.sees(/cannot create links/);
    expect(app.screen.queryByRole('button', { name: 'Create a link' })).toBeNull();
  });
});
