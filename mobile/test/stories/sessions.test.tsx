import type { SeenRequest } from '../../../client/test/support/FaultyNetwork';
import { App } from '../support/App';
import { systemPause } from '../support/FakePhone';
import { book, World } from '../support/world';

const world = new World();
let app: App;

beforeEach(() => world.begin());
afterEach(async () => {
  await app?.close();
  await world.end();
});

const HOUR_MS = 3_600_000;
const counted = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const trainer = (number: number) => `trainer-${String(number).padStart(5, '0')}`;
const student = (number: number) => `student-${String(number).padStart(5, '0')}`;
/** What is asked for changes at such a moment, so one that comes soon is waited for. */
async function waitIfSoon(momentMs: number): Promise<void> {
  const leftMs = momentMs - Date.now();
  if (leftMs < 30_000) await systemPause(leftMs + 10);
}
const hourEnds = (): number => Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
const dayEnds = (): number => new Date().setHours(24, 0, 0, 0);
/** Noon, so many days from today. */
const noon = (days: number): number => {
  const day = new Date();
  day.setDate(day.getDate() + days);
  return day.setHours(12, 0, 0, 0);
};

/** What the links on the student's screen read, by the list. */
const shown = () => {
  const all = app.links().map((link) => /with (?:Trainer )?(\S+)/.exec(link)![1]);
  const firstPast = all.indexOf('50');
  return { upcoming: all.slice(0, firstPast), past: all.slice(firstPast) };
};

/** More than a page of each list: opened, and all of it shown. */
async function openAll() {
  const { studentId } = world.booking;
  await waitIfSoon(hourEnds());
  const now = Date.now();
  await Promise.all([
    ...counted(25).map((days) =>
      book({
        studentId,
        trainerId: trainer(days),
        scheduledAt: now - days * 24 * HOUR_MS,
        status: 'COMPLETED',
      }),
    ),
    ...counted(22).map((days) =>
      book({ studentId, trainerId: trainer(100 + days), scheduledAt: now + days * 24 * HOUR_MS }),
    ),
    // Over although it was a moment ago, still to come although it is late, and called off although it is to come.
    book({ studentId, trainerId: trainer(50), scheduledAt: now - HOUR_MS, status: 'COMPLETED' }),
    book({ studentId, trainerId: trainer(51), scheduledAt: now - HOUR_MS }),
    book({ studentId, trainerId: trainer(52), scheduledAt: now + 2 * HOUR_MS, status: 'CANCELLED' }),
  ]);
  world.signedIn('student');
  app = await App.open();
  await app.sees(/with Trainer 101$/);
  await app.sees(/with Trainer 1$/);
  const every = {
    upcoming: ['51', world.booking.trainerId, '52', ...counted(22).map((days) => String(100 + days))],
    past: ['50', ...counted(25).map(String)],
  };
  // A page of each, without what belongs to the other list.
  const first = shown();
  expect(first.upcoming).toEqual(every.upcoming.slice(0, first.upcoming.length));
  expect(first.past).toEqual(every.past.slice(0, first.past.length));
  expect(first.upcoming.length).toBeGreaterThan(16);
  expect(first.past.length).toBeGreaterThan(16);
  expect(app.links()[2]).toMatch(/Cancelled/);

  await app.press('Show later sessions');
  await app.sees(/with Trainer 122$/);
  await app.press('Show earlier sessions');
  await app.sees(/with Trainer 25$/);
  expect(shown()).toEqual(every);
  await app.seesNot('Show later sessions');
  await app.seesNot('Show earlier sessions');
  return { every, now };
}

test('upcoming sessions come the nearest first, past ones the newest first, and more of each on demand', async () => {
  const { every, now } = await openAll();
  const { studentId } = world.booking;
  await Promise.all([
    book({ studentId, trainerId: trainer(60), scheduledAt: now + 3 * HOUR_MS }),
    // So long ago that it is asked for as a past one alone.
    book({ studentId, trainerId: trainer(61), scheduledAt: now - 8 * HOUR_MS, status: 'COMPLETED' }),
  ]);
  // Asked for anew, each list is no shorter than it was.
  world.phone.pocket();
  world.phone.show();
  await app.sees(/with Trainer 60$/);
  await app.sees(/with Trainer 61$/);
  const [late, trainerId, cancelled, ...later] = every.upcoming;
  const [justOver, ...earlier] = every.past;
  expect(shown()).toEqual({
    upcoming: [late, trainerId, cancelled, '60', ...later.slice(0, -1)],
    past: [justOver, '61', ...earlier.slice(0, -1)],
  });
});

test('a return in another hour asks once for each list, for as many as were shown, and none gets shorter meanwhile', async () => {
  const { every } = await openAll();
  const asked = () => world.network.of('Sessions');
  const before = asked().length;
  const areAnswered = () =>
    asked()
      .slice(before)
      .every(({ answer }) => answer);
  world.phone.pocket();
  const now = Date.now.bind(Date);
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + HOUR_MS);
  try {
    world.network.fault = ({ operation }) => (operation === 'Sessions' ? { delayMs: 1000 } : null);
    world.phone.show();
    await app.until('both lists to be asked for', () => asked().length === before + 2);
    while (!areAnswered()) {
      expect(shown()).toEqual(every);
      await systemPause(20);
    }
    await systemPause(500);
    const { upcoming, past } = shown();
    expect(upcoming).toEqual(every.upcoming);
    // The answer holds the session that is nearest, too, if this hour has reached it: then the last one has no room.
    expect(past).toEqual(every.past.slice(0, past.length));
    expect(past.length).toBeGreaterThanOrEqual(every.past.length - 1);
    expect(asked()).toHaveLength(before + 2);
  } finally {
    clock.mockRestore();
  }
});

test('a trainer sees the sessions of today first, then later ones, then those of the days before', async () => {
  const { trainerId } = world.booking;
  await waitIfSoon(dayEnds());
  await Promise.all([
    book({ trainerId, studentId: student(1), scheduledAt: noon(0) }),
    book({ trainerId, studentId: student(2), scheduledAt: noon(1) }),
    book({ trainerId, studentId: student(3), scheduledAt: noon(5) }),
    book({ trainerId, studentId: student(4), scheduledAt: noon(-1), status: 'COMPLETED' }),
    book({ trainerId, studentId: student(5), scheduledAt: noon(-2), status: 'COMPLETED' }),
  ]);
  world.signedIn('trainer');
  app = await App.open();
  for (const number of counted(5)) await app.sees(new RegExp(`with Student ${number}$`));
  const text = app.links().join('\n');
  expect(text).toMatch(
    /with Student 1 [^]*with Student 2 [^]*with Student 3 [^]*with Student 4 [^]*with Student 5 /,
  );
  await app.sees('Today');
  await app.sees('Later');
  await app.sees('Past');
});

test('the lists appear together, so that none moves another one down, and one that fails hides no other', async () => {
  const { trainerId } = world.booking;
  await waitIfSoon(dayEnds());
  await Promise.all([
    book({ trainerId, studentId: student(1), scheduledAt: noon(1) }),
    book({ trainerId, studentId: student(2), scheduledAt: noon(-1), status: 'COMPLETED' }),
  ]);
  const isLater = ({ operation, variables }: SeenRequest): boolean => {
    const filter = variables['filter'] as { scheduledFrom?: string; scheduledTo?: string } | undefined;
    return (
      operation === 'Sessions' && filter?.scheduledFrom !== undefined && filter.scheduledTo === undefined
    );
  };
  world.network.fault = (request) => (isLater(request) ? 'hang' : null);
  world.signedIn('trainer');
  app = await App.open();
  await app.until(
    'answers to the other two',
    () => world.network.of('Sessions').filter(({ answer }) => answer).length === 2,
  );
  await systemPause(300);
  expect(app.links()).toEqual([]);
  await app.sees('Loading your sessions.');

  // No answer at all, as after a change of the network, is given up after ten seconds.
  await app.sees(/No connection/);
  expect(app.links().at(-1)).toMatch(/with Student 2 /);

  world.online();
  await app.sees(/with Student 1$/);
  await app.seesNot(/No connection/);
});

test('without a network the list that was known stays, and it is said that it may be old', async () => {
  world.signedIn('student');
  app = await App.open();
  await app.sees(/with trainer-/);
  world.offline();
  world.phone.pocket();
  world.phone.show();
  await app.sees(/No connection. Try again as soon as it is back./);
  await app.sees(/with trainer-/);
  await app.press('Try again');
  await app.sees(/No connection/);
  // It is tried again by itself.
  world.online();
  await app.seesNot(/No connection/);
});

test('a list that has not come yet is no empty list', async () => {
  world.network.fault = () => 'hang';
  world.signedIn('student');
  app = await App.open();
  await app.sees('Loading your sessions.');
  await app.seesNot('No upcoming sessions.');
});
