import type { Found } from './targets';
import { count, table } from './text';

/** What one journey asks for: one update in so many seconds, */
const UPDATE_PERIOD_SECONDS = 5;
/** and one poll near home; over a whole journey the mean lies between this and 5 s. */
const POLL_PERIOD_SECONDS = 3;
/** The mean length of a journey, from which starts and ends follow. */
const JOURNEY_SECONDS = 1800;
/** Of a core. The rest is a margin: for a lost zone, a release, garbage collection, and a core slower than the bench's. */
const PLANNED_SHARE = 0.5;
/** One in each of two zones. */
const MIN_TASKS = 2;
/** Of a Redis node's memory: the rest is for buffers, replication and journeys that ended recently. */
const PLANNED_MEMORY_SHARE = 0.5;
const LEVELS = [10_000, 100_000, 1_000_000];

/** What deployments need by this machine's figures. deploy/ computes its sizes from the committed file of a full run. */
export interface Capacity {
  /** The share of a core at which a task, and a Redis shard, is planned. */
  readonly plannedShare: number;
  /** What one task serves at that share, polls and updates in the mix of the levels. */
  readonly requestsPerSecondPerTask: number;
  readonly levels: readonly CapacityLevel[];
}

export interface CapacityLevel {
  readonly journeys: number;
  readonly pollsPerSecond: number;
  readonly updatesPerSecond: number;
  readonly serverCores: number;
  readonly tasks: number;
  readonly redisCores: number;
  readonly redisShards: number;
  readonly redisMemoryGb: number;
  readonly databaseWritesPerSecond: number;
  readonly pollResponsesMegabits: number;
}

/** docs/performance.md explains the arithmetic. @throws without the measures that it needs. */
export function capacityOf({ throughput, phones, memory, roundTrips }: Found): Capacity {
  if (!throughput || !phones || !memory || !roundTrips) {
    throw new Error('Capacity is computed from throughput, phones, memory and roundTrips');
  }
  const poll = throughput.polls.floor.product;
  const update = throughput.updates.product;
  // A saturated process reads and writes in larger batches than one at half its load. So the costs at saturation are
  // multiplied by what the run of the phones cost, compared with what those costs predict for its mix of requests.
  const perSecond = phones.all.count / phones.seconds;
  const predicted = ((poll.cpuMicros + update.cpuMicros) / 2) * perSecond * 1e-6;
  const predictedRedis = ((poll.redisMicros! + update.redisMicros!) / 2) * perSecond * 1e-6;
  const factor = phones.cpu.server.mean / predicted;
  const redisFactor = phones.cpu.redis.mean / predictedRedis;

  const levels = LEVELS.map((journeys): CapacityLevel => {
    const updates = journeys / UPDATE_PERIOD_SECONDS;
    const polls = journeys / POLL_PERIOD_SECONDS;
    const cores = rounded(factor * (polls * poll.cpuMicros + updates * update.cpuMicros) * 1e-6);
    const redisCores = rounded(
      redisFactor * (polls * poll.redisMicros! + updates * update.redisMicros!) * 1e-6,
    );
    return {
      journeys,
      pollsPerSecond: Math.round(polls),
      updatesPerSecond: Math.round(updates),
      serverCores: cores,
      tasks: Math.max(MIN_TASKS, Math.ceil(cores / PLANNED_SHARE)),
      redisCores,
      redisShards: Math.max(1, Math.ceil(redisCores / PLANNED_SHARE)),
      redisMemoryGb: rounded((journeys * memory.bytesWithIndexes) / 1e9 / PLANNED_MEMORY_SHARE),
      databaseWritesPerSecond: Math.round((2 * journeys) / JOURNEY_SECONDS),
      pollResponsesMegabits: Math.round((polls * roundTrips.wire.bytes * 8) / 1e6),
    };
  });
  const { pollsPerSecond, updatesPerSecond, serverCores } = levels.at(-1)!;
  const atPlannedShare = ((pollsPerSecond + updatesPerSecond) / serverCores) * PLANNED_SHARE;
  return {
    plannedShare: PLANNED_SHARE,
    // Down to hundreds: the figure is no more precise, and the deployment's template stays readable.
    requestsPerSecondPerTask: Math.floor(atPlannedShare / 100) * 100,
    levels,
  };
}

/** To three digits. */
const rounded = (number: number): number => Number(number.toPrecision(3));

export const capacityTable = ({ levels }: Capacity): string =>
  table(
    [
      'journeys at once',
      'polls/s',
      'updates/s',
      'server CPU',
      'tasks of 1 vCPU',
      'Redis CPU',
      'Redis shards',
      'Redis memory',
      'database writes/s',
      'responses to polls',
    ],
    levels.map((level) => [
      count(level.journeys),
      count(level.pollsPerSecond),
      count(level.updatesPerSecond),
      `${level.serverCores.toFixed(1)} cores`,
      count(level.tasks),
      `${level.redisCores.toFixed(1)} cores`,
      count(level.redisShards),
      `${level.redisMemoryGb.toFixed(level.redisMemoryGb < 1 ? 2 : 1)} GB`,
      count(level.databaseWritesPerSecond),
      `${count(level.pollResponsesMegabits)} Mbit/s`,
    ]),
  );
