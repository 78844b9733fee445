import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

import type { Config } from './config/config';
import { createDatabase } from './database/client';
import { AccessLog, type NoteRead } from './domain/accessLog';
import { Fleet } from './domain/fleet';
import { Guests } from './domain/guests';
import { JourneyHistory } from './domain/journeyHistory';
import { JourneyService } from './domain/journeyService';
import { LocationUpdates } from './domain/locationUpdates';
import { NoShowList } from './domain/noShowList';
import { SessionAccess } from './domain/sessionAccess';
import { SessionLists } from './domain/sessionLists';
import { Sessions } from './domain/sessions';
import { Shares } from './domain/shares';
import { AccessLogSink } from './events/accessLogSink';
import { ArchiveSink } from './events/archiveSink';
import { createEventSink } from './events/createEventSink';
import { Relay } from './events/relay';
import { createSchema } from './graphql/schema';
import { readTrustedDocuments } from './graphql/trustedDocuments';
import { createApollo } from './graphql/execution/apollo';
import { Authenticator } from './auth/authenticator';
import { DocumentRegistry } from './graphql/execution/documentRegistry';
import { addGraphQLRoute } from './http/graphqlRoute';
import { addHealthRoutes } from './http/health';
import { LoadShedder } from './http/loadShedding';
import { addMap, type MapOptions } from './devtools/map';
import { addPlayground, type PlaygroundOptions } from './devtools/playground';
import { RequestLimiter } from './http/requestLimiter';
import { documentLimits } from './http/limits';
import { createRequestIds } from './http/requestIds';
import { createRequestLog } from './http/requestLog';
import { createHttpServer } from './http/server';
import { serveMetrics, type MetricsServer } from './metrics/metricsServer';
import { addProcessMetrics } from './metrics/processMetrics';
import { memoizeWithTtl } from './metrics/memoizeWithTtl';
import { PrivacyMetrics } from './metrics/privacyMetrics';
import { RouterMetrics } from './metrics/routerMetrics';
import { ServiceMetrics } from './metrics/serviceMetrics';
import { createTracing } from './telemetry/createTracing';
import { TracedSink } from './telemetry/tracedSink';
import { RedisAccessOutbox } from './redis/accessOutbox';
import { RedisActiveJourneyPages } from './redis/activeJourneyPages';
import { createRedisClients } from './redis/client';
import { RedisJourneyStore } from './redis/journeyStore';
import { RedisNoShowStore } from './redis/noShowStore';
import { RedisRetentionTurns } from './redis/retentionTurns';
import { RedisRouterTurns } from './redis/routerTurns';
import { allPartitions, Keys, partitionOf, READS_PARTITION } from './redis/keys';
import { createOutboxes } from './redis/outbox';
import { ScriptRunner } from './redis/scriptRunner';
import { createSweeps } from './sweeps';
import { RedisShareStore } from './redis/shareStore';
import { RedisSweepStore } from './redis/sweepStore';
import { RedisUpdateRate } from './redis/updateRate';
import { countActiveJourneys } from './redis/activeJourneyCount';
import { createRouterWorker } from './router/createRouterWorker';

const DATABASE_POOL_SIZE = 5;
/** With the breaker's half second until it probes: back within 2 s of the database's return. */
const DATABASE_TIMEOUT_MS = 1000;
/** How long an answer of the database's ping holds, and a count of all journeys. */
const PING_MS = 1000;
const COUNT_MS = 15_000;
/** How long requests in flight, and then pending events, may take when the process stops. */
const IN_FLIGHT_MS = 3000;
const DRAIN_MS = 2500;

export interface AppOptions {
  readonly logger: Logger;
  /** Sets this app's keys apart from others' on the same Redis. */
  readonly keyPrefix?: string;
  readonly playground?: PlaygroundOptions;
  /** Only the demo has a map. */
  readonly map?: MapOptions;
}

export interface App {
  /** Listens, and is ready as soon as Redis is there; answers the address. */
  start(): Promise<{ url: string }>;
  /** Turns readiness off, finishes what is in flight, delivers pending events, closes the stores. */
  stop(): Promise<void>;
}

/** The composition root: the only place that sees the domain's ports and what implements them. */
export async function createApp(
  config: Config,
  { logger, keyPrefix, playground, map }: AppOptions,
): Promise<App> {
  const { http, policy, redis, events } = config;
  let phase: 'starting' | 'serving' | 'stopping' = 'starting';
  const metrics = new ServiceMetrics({
    isOperation: (name) => operations.has(name),
    clientNames: config.metrics.clientNames,
  });
  const tracing = await createTracing(config.tracing);

  const { reader, writer } = createRedisClients(redis);
  const scripts = new ScriptRunner({
    reader,
    writer,
    timeoutMs: redis.timeoutMs,
    onCall: (call) => {
      metrics.redisCall(call);
      tracing?.callEnded({ ...call, system: 'redis', operation: call.step });
    },
  });
  const keys = new Keys(keyPrefix);
  const outboxOptions = { eventsOn: events.mode !== 'off', outboxMaxLength: events.outboxMaxLength };
  const storeOptions = { policy, ...outboxOptions };
  const store = new RedisJourneyStore(scripts, keys, storeOptions);

  const database = createDatabase({
    url: config.database.url,
    poolSize: DATABASE_POOL_SIZE,
    timeoutMs: DATABASE_TIMEOUT_MS,
    onCall: (call) => {
      metrics.databaseCall(call);
      tracing?.callEnded({ ...call, system: 'postgresql' });
    },
  });

  const outboxes = createOutboxes({
    client: writer,
    keys,
    consumer: randomUUID(),
    timeoutMs: redis.timeoutMs,
  });
  const recordRelay = new Relay({
    outbox: outboxes.records,
    partitions: allPartitions,
    sink: new ArchiveSink(database.journeys, (changes) => metrics.recorded(changes)),
    observer: metrics.relayObserver('records'),
    logger: logger.child({ relay: 'records' }),
    // The database may be unavailable for days: a change becomes a dead letter only when it is refused individually.
    outagesCount: false,
  });
  const eventSink = createEventSink(events, logger);
  const eventRelay =
    eventSink &&
    new Relay({
      outbox: outboxes.events,
      partitions: allPartitions,
      sink: tracing ? new TracedSink(eventSink, tracing) : eventSink,
      observer: metrics.relayObserver('events'),
      logger: logger.child({ relay: 'events' }),
    });
  const readRelay = new Relay({
    outbox: outboxes.reads,
    partitions: [READS_PARTITION],
    sink: new AccessLogSink(database.reads),
    observer: metrics.relayObserver('reads'),
    logger: logger.child({ relay: 'reads' }),
    outagesCount: false,
  });
  const onChange = (sessionId: string): void => {
    const partition = partitionOf(sessionId);
    recordRelay.nudge(partition);
    eventRelay?.nudge(partition);
  };

  const accessLog = new AccessLog({
    outbox: new RedisAccessOutbox({
      client: writer,
      keys,
      maxLength: events.outboxMaxLength,
      timeoutMs: redis.timeoutMs,
    }),
    onAppended: () => readRelay.nudge(READS_PARTITION),
    onError: (error) =>
      logger.warn({ err: error }, 'Reads could not be appended for the access log; it is tried again'),
    onFull: () => logger.error('The access log has waited for Redis for too long and loses reads'),
    onLost: (reason, reads) => {
      privacyMetrics.readsLost(reason, reads);
      if (reason === 'stopped')
        logger.error({ reads }, 'The access log loses reads: the process stops while Redis is away');
    },
  });
  const privacyMetrics = new PrivacyMetrics({
    registry: metrics.registry,
    accessLog: () => accessLog.figures(),
  });
  const onRead: NoteRead = (viewer, sessionId) => accessLog.note(viewer, sessionId);
  const sessions = new Sessions(store, database.sessions);
  const shareStore = new RedisShareStore(scripts, keys);
  const shares = new Shares(shareStore, sessions, onRead);
  const guests = new Guests({
    store: shareStore,
    sessions,
    afterEndMs: policy.shareAfterEndMs,
    guessesPerMinute: config.auth.shareGuessesPerMinute,
    onRefusal: (code) => privacyMetrics.shareRefused(code),
  });
  const access = new SessionAccess(sessions);
  const updates = new LocationUpdates({
    store,
    rate: new RedisUpdateRate(scripts, keys, policy),
    access,
    policy,
    onChange,
    onUpdate: (result) => metrics.updated(result),
  });
  const journeys = new JourneyService({
    store,
    sessions,
    guests,
    updates,
    policy,
    newJourneyId: randomUUID,
    onChange,
    onRead,
    onPoll: (result) => metrics.polled(result),
    onAlert: (change) => metrics.alertChanged(change),
  });
  const lists = new SessionLists(store, database.sessions, onRead);
  const fleet = new Fleet({
    store,
    active: new RedisActiveJourneyPages(scripts, keys),
    access,
    onChange,
    onRead,
  });
  const noShowStore = new RedisNoShowStore(scripts, keys, outboxOptions);
  const noShows = new NoShowList({ index: noShowStore, directory: database.sessions, onRead });
  const sweeps = createSweeps({
    store,
    sweepStore: new RedisSweepStore(scripts, keys, storeOptions),
    noShowStore,
    unattended: database.unattended,
    noShowMs: policy.alertNoShowMs,
    retentionTurns: new RedisRetentionTurns(scripts, keys),
    oldRecords: database.oldRecords,
    retentionDays: config.database.retentionDays,
    metrics,
    privacyMetrics,
    logger,
    onChange,
  });
  const { router } = config;
  const routerWorker =
    router &&
    (await createRouterWorker(router, {
      turns: new RedisRouterTurns(scripts, keys, { policy, intervalMs: router.intervalMs }),
      partitions: allPartitions,
      observer: new RouterMetrics(metrics.registry),
      logger: logger.child({ worker: 'router' }),
    }));

  const schema = createSchema({ journeys, updates, lists, fleet, noShows, shares });
  const operations = new Set(
    [schema.getQueryType(), schema.getMutationType()].flatMap((root) => Object.keys(root!.getFields())),
  );
  const documents = new DocumentRegistry(schema, readTrustedDocuments(), http.trustedDocumentsOnly);
  const apollo = createApollo({
    schema,
    documents,
    production: config.production,
    logger,
    limits: documentLimits,
  });
  await apollo.start();
  const authenticator = new Authenticator(config.auth);
  const shedder = http.maxEventLoopDelayMs === null ? null : new LoadShedder(http.maxEventLoopDelayMs);
  const limiter =
    http.requestsPerMinute === null ? null : new RequestLimiter({ perMinute: http.requestsPerMinute });
  const log = createRequestLog(logger, metrics);
  const server = createHttpServer({
    logger,
    corsOrigins: http.corsOrigins,
    stopping: () => phase === 'stopping',
    requestId: createRequestIds(),
    arrived: tracing ? (request) => tracing.requestStarted(request) : undefined,
  });
  addGraphQLRoute(server, {
    apollo,
    documents,
    authenticator,
    services: { journeys, history: new JourneyHistory(journeys, database.journeys) },
    guests,
    logger,
    shedder,
    limiter,
    log: tracing
      ? (fields, response) => {
          log(fields, response);
          tracing.requestEnded({ ...fields, ...response });
        }
      : log,
  });
  // However many of a balancer's nodes ask for readiness.
  const databaseIsUp = memoizeWithTtl(
    () =>
      database.ping().then(
        () => true,
        () => false,
      ),
    PING_MS,
  );
  addHealthRoutes(server, {
    serving: () => phase === 'serving',
    stores: async () => ({
      redis: scripts.isUp ? 'up' : 'down',
      database: (await databaseIsUp()) ? 'up' : 'down',
    }),
  });
  if (!config.production) await addPlayground(server, playground ?? {});
  if (map) await addMap(server, map);

  let metricsServer: MetricsServer | null = null;
  if (config.metrics.port !== null) {
    addProcessMetrics(metrics.registry, {
      stores: { redis: () => scripts.isUp, database: databaseIsUp },
      activeJourneys: memoizeWithTtl(
        () => countActiveJourneys({ client: reader, keys, timeoutMs: redis.timeoutMs }),
        COUNT_MS,
      ),
      tokenCache: () => authenticator.cache,
    });
  }

  return {
    async start() {
      const { port } = config.metrics;
      if (port !== null) metricsServer = await serveMetrics(metrics.registry, { host: http.host, port });
      const url = await server.listen(http);
      // Readiness waits for every connection: the first requests would fail without them, and the relays log warnings.
      await Promise.all([scripts.whenConnected(), database.warmUp()]);
      if (phase === 'stopping') return { url };
      sweeps.start();
      recordRelay.start();
      readRelay.start();
      eventRelay?.start();
      routerWorker?.start();
      phase = 'serving';
      return { url };
    },

    async stop() {
      phase = 'stopping';
      await sleep(http.drainDelayMs);
      // Also connections on which nothing ever came, and clients that send or read too slowly, end here.
      const closeAll = setTimeout(() => server.server.closeAllConnections(), IN_FLIGHT_MS);
      await server.close();
      clearTimeout(closeAll);
      shedder?.stop();
      await apollo.stop();
      await Promise.all([sweeps.stop(), accessLog.stop(), routerWorker?.stop()]);
      await Promise.all([recordRelay, readRelay, eventRelay].map(async (relay) => relay?.drain(DRAIN_MS)));
      eventSink?.close();
      reader.disconnect();
      writer.disconnect();
      await database.close();
      await metricsServer?.stop();
      await tracing?.stop();
    },
  };
}
