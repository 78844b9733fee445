import { metersFromHome, type Actor, type Booking, type TestService } from './service';

/** A session with a share of it, and the guest who has its token. */
export interface SharedSession extends Booking {
  readonly shareId: string;
  readonly token: string;
  readonly guest: Actor;
}

export async function shareOf(service: TestService, booking: Booking, lifeSeconds?: number) {
  const answer = await booking.student.share(booking.id, lifeSeconds);
  const { share, token } = answer.data.shareJourney;
  return { share, shareId: share.id as string, token: token as string, guest: service.nobody(token) };
}

export async function bookShared(service: TestService, isActive = true): Promise<SharedSession> {
  const booking = await service.book();
  const { shareId, token, guest } = await shareOf(service, booking);
  if (isActive) {
    await booking.trainer.start(booking.id);
    await booking.trainer.update(booking.id, metersFromHome(900));
  }
  return { ...booking, shareId, token, guest };
}

/** The settings of a test that polls and updates as fast as it can. */
export const FAST_SETTINGS = {
  UPDATE_INTERVAL_MS: '1',
  UPDATE_JITTER_MS: '60000',
  REQUESTS_PER_MINUTE: 'off',
};

/** The answer to whoever has no valid share, whatever is wrong with it. */
export const REFUSED = {
  status: 401,
  code: 'UNAUTHENTICATED',
  errors: [
    { message: 'This share is not valid: it has ended, was revoked, or never existed. Ask for a new one.' },
  ],
};
