import { readConfig } from '../../src/config/readConfig';
import { EventBridgeSink } from '../../src/events/eventBridge';
import { EventBridgeStandIn, type CallFault } from '../support/eventBridge';
import { ended, started } from './changes';

describe('The EventBridge sink', () => {
  let bus: EventBridgeStandIn;
  let sink: EventBridgeSink;
  const { signal } = new AbortController();
  const sinkWithin = (timeoutMs: number) =>
    new EventBridgeSink({
      busName: 'application-events',
      region: 'eu-central-1',
      connectTimeoutMs: timeoutMs,
      requestTimeoutMs: timeoutMs,
    });

  beforeEach(async () => {
    bus = await EventBridgeStandIn.start();
    Object.assign(process.env, bus.environment);
    sink = sinkWithin(3000);
  });

  afterEach(async () => {
    sink.close();
    await bus.stop();
  });

  it('publishes a start in the agreed form, with nothing else', async () => {
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
          sequence: 1,
        },
      },
    ]);
  });

  it('publishes an end in the agreed form, with nothing else', async () => {
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
          sequence: 2,
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

  it('returns for each change whether it was taken, in their order', async () => {
    bus.entryFault = ({ journeyId }) => (journeyId === 'j-2' ? 'InternalFailure' : null);
    const results = await sink.deliver([started('j-1'), started('j-2'), started('j-3')], signal);

    expect(results).toEqual([{ ok: true }, { ok: false, reason: 'InternalFailure' }, { ok: true }]);
    expect(bus.eventIds).toEqual(['j-1:1', 'j-3:1']);
  });

  it('rejects when EventBridge refuses a call with more entries than it takes', async () => {
    const tooMany = Array.from({ length: sink.maxBatchSize + 1 }, (_, index) => started(`j-${index}`));

    await expect(sink.deliver(tooMany, signal)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(bus.deliveries).toEqual([]);
  });

  it('signs for the region of the settings, whichever of the two variables named it', async () => {
    const { AWS_REGION } = process.env;
    delete process.env.AWS_REGION;
    const { events } = readConfig({
      DATABASE_URL: 'postgres://127.0.0.1/journey',
      AUTH_JWT_SECRET: 'a secret',
      EVENTS: 'eventbridge',
      AWS_DEFAULT_REGION: 'eu-west-3',
    });
    const other = new EventBridgeSink(events);
    try {
      expect(await other.deliver([started()], signal)).toEqual([{ ok: true }]);
      expect(bus.calls.map(({ region }) => region)).toEqual(['eu-west-3']);
    } finally {
      process.env.AWS_REGION = AWS_REGION;
      other.close();
    }
  });

  it('passes the trace of the delivery on with each entry, and none when there is none', async () => {
    const xrayHeader = 'Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1';
    await sink.deliver([started(), started()], signal, { xrayHeader });
    await sink.deliver([started()], signal);

    expect(bus.deliveries.map(({ traceHeader }) => traceHeader)).toEqual([xrayHeader, xrayHeader, undefined]);
  });

  it.each<CallFault>(['error', 'throttle', 'cut', 'hang', 'loseReply'])(
    'fails within its deadline, after two attempts, when each meets the fault %s',
    async (fault) => {
      sink.close();
      sink = sinkWithin(200);
      bus.callFault = () => fault;
      const begunAt = performance.now();

      await expect(sink.deliver([started()], signal)).rejects.toThrow(Error);
      expect(performance.now() - begunAt).toBeLessThan(3000);
      expect(bus.calls).toHaveLength(2);
    },
  );

  it('aborts a call with its signal', async () => {
    bus.callFault = () => 'hang';

    await expect(sink.deliver([started()], AbortSignal.timeout(50))).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('fails when nothing listens', async () => {
    await bus.stop();
    const failure = sink.deliver([started()], signal);
    await expect(failure).rejects.toThrow('ECONNREFUSED');
    bus = await EventBridgeStandIn.start();
  });
});
