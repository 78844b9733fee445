import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What a load needs. Measure your own load before you rely on these starting points. */
export interface Sizing {
  journeys: number;
  /** Processes at the least and at the most. One process uses one core: Node runs JavaScript on one thread. */
  minTasks: number;
  maxTasks: number;
  taskCpu: number;
  taskMemoryMiB: number;
  /** The use of its core, and the requests a second, of one process at which another one is started. */
  targetCpuPercent: number;
  requestsPerSecondPerTask: number;
  valkeyNodeType: string;
  valkeyShards: number;
  databaseInstanceType: string;
  databaseStorageGiB: number;
}

/** The bench's capacity table, as far as it is used here. bench/report/capacity.ts writes it, with the arithmetic. */
export interface Capacity {
  /** The share of a core at which a process is planned. The rest is the margin. */
  readonly plannedShare: number;
  readonly requestsPerSecondPerTask: number;
  readonly levels: readonly {
    readonly journeys: number;
    readonly pollsPerSecond: number;
    readonly updatesPerSecond: number;
    readonly serverCores: number;
    readonly tasks: number;
    readonly redisCores: number;
    readonly redisShards: number;
    readonly redisMemoryGb: number;
  }[];
}

/** Seen from where the compiled code is: deploy/dist/lib. */
const capacityFile = path.resolve(__dirname, '../../../bench/results/capacity.json');

export const readCapacity = (): Capacity => JSON.parse(readFileSync(capacityFile, 'utf8')) as Capacity;

const ZONES = 3;
/** Of its core: what a process may use after a zone was lost, until new ones have started. */
const SHARE_WITHOUT_ZONE = 0.8;
/** A load so many times the planned one is still served. Beyond it a person should look at what is happening. */
export const MAX_GROWTH = 5;

/**
 * What is not computed: a new figure of the bench must not resize a store that holds data. settings.test.ts checks that
 * these sizes are enough. Three shards are more than 10,000 journeys need: a failover then affects a third of them.
 */
const STORES = {
  '10k': {
    journeys: 10_000,
    valkeyNodeType: 'cache.m7g.large',
    valkeyShards: 3,
    databaseInstanceType: 'm7g.large',
    databaseStorageGiB: 100,
  },
  '100k': {
    journeys: 100_000,
    valkeyNodeType: 'cache.m7g.xlarge',
    valkeyShards: 10,
    databaseInstanceType: 'm7g.2xlarge',
    databaseStorageGiB: 400,
  },
} as const;

export const loads = Object.keys(STORES);

/** The sizes for a load, processes and scaling by the capacity table; undefined for an unknown load. */
export function sizingFor(load: string, capacity: Capacity = readCapacity()): Sizing | undefined {
  if (!Object.hasOwn(STORES, load)) return undefined;
  const stores = STORES[load as keyof typeof STORES];
  const level = capacity.levels.find(({ journeys }) => journeys === stores.journeys);
  if (!level) throw new Error(`${capacityFile} has no level of ${stores.journeys} journeys`);
  const minTasks = enoughWithoutZone(level);
  return {
    ...stores,
    minTasks,
    maxTasks: minTasks * MAX_GROWTH,
    taskCpu: 1024,
    taskMemoryMiB: 2048,
    targetCpuPercent: capacity.plannedShare * 100,
    requestsPerSecondPerTask: capacity.requestsPerSecondPerTask,
  };
}

/** The tasks of the capacity table, or more if those in two of three zones could not carry the load alone. */
function enoughWithoutZone({ tasks, serverCores }: Capacity['levels'][number]): number {
  let count = tasks;
  while (serverCores > tasksWithoutZone(count) * SHARE_WITHOUT_ZONE) count += 1;
  return count;
}

/** How many tasks are left when the zone with the most of them is lost. */
export const tasksWithoutZone = (tasks: number): number => tasks - Math.ceil(tasks / ZONES);
