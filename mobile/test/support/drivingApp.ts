import { App } from './App';
import { poll, until, type World } from './world';

export const studentSees = (
  { booking }: World,
  what: string,
  holds: (live: Awaited<ReturnType<typeof poll>>) => boolean,
): Promise<void> => until(`the student sees ${what}`, async () => holds(await poll(booking)));

/** A trainer's app on the way, with a first position. */
export async function drivingApp(world: World, meters = 1500): Promise<App> {
  const opened = await App.open(`/journey/${world.booking.id}`);
  await setOff(world, opened, meters);
  return opened;
}

/** From the screen of the journey, until the student sees the first position. */
export async function setOff(world: World, opened: App, meters = 1500): Promise<void> {
  await opened.press('Start journey');
  await opened.sees('On the way');
  await until('the location task is registered', () => world.phone.locationTask !== null);
  await world.driveTo(meters);
  await studentSees(world, 'the first position', ({ distanceMeters }) => distanceMeters === meters);
}
