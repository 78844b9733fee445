import { setTimeout as sleep } from 'node:timers/promises';

import { hashOfSecret } from '../../src/domain/share';
import { metersFromHome, TestService } from '../support/service';
import { unbookSession } from '../support/sessions';
import { bookShared, FAST_SETTINGS, REFUSED, shareOf } from '../support/shares';

/** Long enough for a few requests on a busy machine. */
const AFTER_END_MS = 3000;

describe('The end of a share', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({
      ...FAST_SETTINGS,
      SHARE_AFTER_END_SECONDS: String(AFTER_END_MS / 1000),
    });
  });
  afterAll(() => service.stop());

  it('comes on time', async () => {
    const { id, guest, token } = await bookShared(service);
    const key = service.keys.shares(id);
    const hash = hashOfSecret(token.split('.').at(-1)!);
    const stored = (await service.redis.hget(key, hash))!.split(' ');
    const expiresAt = Date.now() + 3000;
    await service.redis.hset(key, hash, [stored[0], stored[1], expiresAt, stored[3]].join(' '));
    expect((await guest.poll(id)).status).toBe(200);
    await sleep(Math.max(0, expiresAt + 20 - Date.now()));
    expect(await guest.poll(id)).toMatchObject(REFUSED);
    expect((await guest.ask('{ viewer { id } }')).code).toBe('UNAUTHENTICATED');
  });

  it.each(['ARRIVED', 'STOPPED'])(
    'comes the setting SHARE_AFTER_END_SECONDS after the journey %s',
    async (state) => {
      const { id, guest, trainer, student } = await bookShared(service, false);
      await trainer.start(id);
      const ended = await (state === 'STOPPED' ? trainer.stop(id) : trainer.arrive(id, metersFromHome(10)));
      const { endedAt } = ended.data.stopJourney ?? ended.data.markArrived;
      expect((await guest.poll(id)).data.liveLocation).toMatchObject({ state, location: null });
      const [share] = (await student.shares(id)).data.session.shares;
      expect(Date.parse(share.expiresAt)).toBe(Date.parse(endedAt) + AFTER_END_MS);
      await sleep(Math.max(0, Date.parse(endedAt) + AFTER_END_MS + 20 - Date.now()));
      expect(await guest.poll(id)).toMatchObject(REFUSED);
      // A journey that starts after it is not shared by it.
      if (state === 'STOPPED') await trainer.start(id);
      expect(await guest.poll(id)).toMatchObject(REFUSED);
    },
  );

  it('comes after a journey that a process of an older release ended, which knows no shares', async () => {
    const { id, guest, trainer, token } = await bookShared(service);
    const key = service.keys.shares(id);
    const hash = hashOfSecret(token.split('.').at(-1)!);
    const stored = (await service.redis.hget(key, hash))!;
    await trainer.stop(id);
    await service.redis.hset(key, hash, stored);
    expect((await guest.poll(id)).status).toBe(200);
    await sleep(AFTER_END_MS + 50);
    expect(await guest.poll(id)).toMatchObject(REFUSED);
  });

  it('of a later journey does not concern the end of an earlier one', async () => {
    const booking = await service.book();
    await booking.trainer.start(booking.id);
    await booking.trainer.stop(booking.id);
    const { guest } = await shareOf(service, booking);
    await sleep(AFTER_END_MS + 50);
    expect((await guest.poll(booking.id)).status).toBe(200);
  });

  it('comes with the cancellation of the session, before and during a journey', async () => {
    const operator = await service.actor('staff', 'operator');
    for (const isActive of [false, true]) {
      const { id, guest, session } = await bookShared(service, isActive);
      await service.rebook({ ...session, status: 'CANCELLED' });
      await operator.refresh(id);
      expect(await guest.poll(id)).toMatchObject(REFUSED);
      expect(await service.redis.exists(service.keys.shares(id))).toBe(0);
      // And for good.
      await service.rebook(session);
      await operator.refresh(id);
      expect(await guest.poll(id)).toMatchObject(REFUSED);
    }
  });

  it('comes when the cached session is seen to be cancelled, without a refresh', async () => {
    const { id, guest, student, session } = await bookShared(service, false);
    await student.poll(id);
    await service.rebook({ ...session, status: 'CANCELLED' });
    // The cache is a minute old.
    await service.redis.hset(service.keys.meta(id), 'checkedAt', Date.now() - 61_000);
    expect(await guest.poll(id)).toMatchObject(REFUSED);
    expect(await service.redis.exists(service.keys.shares(id))).toBe(0);
  });

  it('comes when the session is given to another student, and not to another trainer before a journey', async () => {
    const operator = await service.actor('staff', 'operator');
    for (const isActive of [false, true]) {
      const { id, guest, session } = await bookShared(service, isActive);
      const next = await service.actor('the-next-student', 'student');
      await service.rebook({ ...session, studentId: next.id });
      await operator.refresh(id);
      expect(await guest.poll(id)).toMatchObject(REFUSED);
      expect((await next.shares(id)).data.session.shares).toEqual([]);
    }
    const { id, guest, session } = await bookShared(service, false);
    await service.rebook({ ...session, trainerId: 'the-next-trainer' });
    await operator.refresh(id);
    expect((await guest.poll(id)).data.liveLocation).toMatchObject({ trainerId: 'the-next-trainer' });
  });

  it('comes with the session', async () => {
    const { id, guest } = await bookShared(service, false);
    await unbookSession(service.database.url, id);
    await (await service.actor('staff', 'operator')).refresh(id);
    expect(await guest.poll(id)).toMatchObject(REFUSED);
  });

  it('comes with the data of Redis', async () => {
    const { id, guest, student } = await bookShared(service);
    await service.redis.del(service.keys.shares(id));
    expect(await guest.poll(id)).toMatchObject(REFUSED);
    expect((await student.share(id)).code).toBeUndefined();
  });
});
