import { EventBridgeSink } from '../../src/events/eventBridge';
import { EventBridgeStandIn, type CallFault } from '../support/eventBridge';
import { ended, started } from './changes';

describe('The EventBridge sink', () => {
  let bus: EventBridgeStandIn;
  let sink: EventBridgeSink;
  const { signal } = new AbortController();

  beforeEach(async () => {
    bus = await EventBridgeStandIn.start();
    Object.assign(process.env, bus.environment);
    sink = new EventBridgeSink({
      busName: 'application-events',
      connectTimeoutMs: 200,
      requestTimeoutMs: 200,
    });
  });

  afterEach(async () => {
    sink.close();
    await bus.stop();
  });

  it('tells of a start in the agreed form, and of nothing else', async () => {
    await sink.deliver([started('j-1')], signal);

    expect(bus.deliveries).toEqual([
      {
        bus: 'application-events',
        source: 'journey-service',
        type: 'TrainerJourneyStarted',
        time: '2026-03-01T09:30:00.000Z',
        detail: {
          schemaVersion: 1,
          eventId: 'j-1:1',
          occurredAt: '2026-03-01T09:30:00.000Z',
          sessionId: 'session-of-j-1',
          journeyId: 'j-1',
          trainerId: 'trainer-1',
          studentId: 'student-1',
          startedAt: '2026-03-01T09:30:00.000Z',
        },
      },
    ]);
  });

  it('tells of an end in the agreed form, and of nothing else', async () => {
    await sink.deliver([ended(started('j-1'))], signal);

    expect(bus.deliveries).toEqual([
      {
        bus: 'application-events',
        source: 'journey-service',
        type: 'TrainerJourneyEnded',
        time: '2026-03-01T09:45:00.000Z',
        detail: {
          schemaVersion: 1,
          eventId: 'j-1:2',
          occurredAt: '2026-03-01T09:45:00.000Z',
          sessionId: 'session-of-j-1',
          journeyId: 'j-1',
          trainerId: 'trainer-1',
          studentId: 'student-1',
          startedAt: '2026-03-01T09:30:00.000Z',
          endedAt: '2026-03-01T09:45:00.000Z',
          reason: 'ARRIVED',
        },
      },
    ]);
  });

  it('says of each change whether it was taken, in their order', async () => {
    bus.entryFault = ({ journeyId }) => (journeyId === 'j-2' ? 'InternalFailure' : null);
    const results = await sink.deliver([started('j-1'), started('j-2'), started('j-3')], signal);

    expect(results).toEqual([{ ok: true }, { ok: false, reason: 'InternalFailure' }, { ok: true }]);
    expect(bus.eventIds).toEqual(['j-1:1', 'j-3:1']);
  });

  it('hears the refusal of a call with more than ten entries', async () => {
    const eleven = Array.from({ length: 11 }, (_, index) => started(`j-${index}`));

    await expect(sink.deliver(eleven, signal)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(bus.deliveries).toEqual([]);
  });

  it.each<CallFault>(['error', 'throttle', 'cut', 'hang', 'loseReply'])(
    'fails within its time, after two tries, when each meets the fault %s',
    async (fault) => {
      bus.callFault = () => fault;
      const begunAt = performance.now();

      await expect(sink.deliver([started()], signal)).rejects.toThrow(Error);
      expect(performance.now() - begunAt).toBeLessThan(3000);
      expect(bus.calls).toHaveLength(2);
    },
  );

  it('gives a call up when it is told to', async () => {
    bus.callFault = () => 'hang';

    await expect(sink.deliver([started()], AbortSignal.timeout(50))).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('fails when nobody listens', async () => {
    await bus.stop();
    const failure = sink.deliver([started()], signal);
    await expect(failure).rejects.toThrow('ECONNREFUSED');
    bus = await EventBridgeStandIn.start();
  });
});
