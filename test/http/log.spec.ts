import { errorFields } from '../../src/logger';
import { metersFromHome, TestService } from '../support/service';

/** A location that no log may contain. */
const PLACE = { ...metersFromHome(777), longitude: 13.4061234 };

describe('The log', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ LOG_LEVEL: 'info' });
  });
  afterAll(() => service.stop());

  it('has an internal error with its request id, and no coordinate of the script call that failed', async () => {
    const { id, trainer } = await service.book();
    expect((await trainer.start(id)).code).toBeUndefined();
    await service.redis.set(service.keys.location(trainer.id, id), 'no hash');
    const answer = await trainer.update(id, PLACE);
    expect(answer).toMatchObject({ status: 500, code: 'INTERNAL_SERVER_ERROR' });
    expect(JSON.stringify(answer.errors)).not.toContain('WRONGTYPE');

    for (const degrees of Object.values(PLACE)) {
      expect(service.log.join('')).not.toContain(String(degrees));
    }
    const internal = service.log.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(internal).toMatchObject([
      {
        requestId: answer.headers.get('x-request-id'),
        path: ['updateLocation'],
        err: { type: 'ReplyError', message: expect.stringContaining('WRONGTYPE'), stack: expect.anything() },
      },
    ]);
  });

  it('has the cause of an error, and no other property of the error or its cause', () => {
    const refused = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED', address: PLACE });
    const error = Object.assign(new Error('away', { cause: refused }), { command: { args: [PLACE] } });
    expect(errorFields(error)).toEqual({
      type: 'Error',
      message: 'away',
      stack: error.stack,
      cause: { type: 'TypeError', message: 'refused', stack: refused.stack, code: 'ECONNREFUSED' },
    });
    expect(errorFields({ args: [PLACE] })).toEqual({ type: 'object' });
  });
});
