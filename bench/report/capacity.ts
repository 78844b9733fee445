import type { Found } from './targets';
import { count, table } from './text';

/** What a deployment of so many journeys at once asks for, in a second. */
const UPDATE_PERIOD_SECONDS = 5;
/** Near home; the mean of a trip lies between this and 5 s. */
const POLL_PERIOD_SECONDS = 3;
/** A journey's mean length, from which starts and ends follow. */
const JOURNEY_SECONDS = 1800;
/** Of a core: the rest is for a lost zone, a release, a garbage collection, and a core slower than the bench's. */
const PLANNED_SHARE = 0.5;
/** One in each of two zones. */
const LEAST_TASKS = 2;
/** Of a Redis node's memory: the rest is for buffers, replication and what ended lately. */
const PLANNED_MEMORY_SHARE = 0.5;
const LEVELS = [10_000, 100_000, 1_000_000];

/** The columns' arithmetic is told in docs/performance.md. Empty without the measures that it needs. */
export function capacityTable({ throughput, phones, memory, roundTrips }: Found): string {
  if (!throughput || !phones || !memory || !roundTrips) return '';
  const poll = throughput.polls.floor.product;
  const update = throughput.updates.product;
  // Saturated, a process reads and writes in larger batches than at half its load: what the phones' run cost in
  // truth, by what saturation foretells for its mix.
  const perSecond = phones.all.count / phones.seconds;
  const foretold = ((poll.cpuMicros + update.cpuMicros) / 2) * perSecond * 1e-6;
  const foretoldRedis = ((poll.redisMicros! + update.redisMicros!) / 2) * perSecond * 1e-6;
  const atEase = phones.cpu.server.mean / foretold;
  const redisAtEase = phones.cpu.redis.mean / foretoldRedis;

  const rows = LEVELS.map((journeys) => {
    const updates = journeys / UPDATE_PERIOD_SECONDS;
    const polls = journeys / POLL_PERIOD_SECONDS;
    const cores = atEase * (polls * poll.cpuMicros + updates * update.cpuMicros) * 1e-6;
    const redisCores = redisAtEase * (polls * poll.redisMicros! + updates * update.redisMicros!) * 1e-6;
    const memoryGb = (journeys * memory.bytesWithIndexes) / 1e9 / PLANNED_MEMORY_SHARE;
    const megabits = (polls * roundTrips.wire.bytes * 8) / 1e6;
    return [
      count(journeys),
      count(polls),
      count(updates),
      `${cores.toFixed(1)} cores`,
      String(Math.max(LEAST_TASKS, Math.ceil(cores / PLANNED_SHARE))),
      `${redisCores.toFixed(1)} cores`,
      String(Math.max(1, Math.ceil(redisCores / PLANNED_SHARE))),
      `${memoryGb.toFixed(memoryGb < 1 ? 2 : 1)} GB`,
      count((2 * journeys) / JOURNEY_SECONDS),
      `${count(megabits)} Mbit/s`,
    ];
  });
  return table(
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
      'answers to polls',
    ],
    rows,
  );
}
