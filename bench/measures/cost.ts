import { drive } from '../load/load';
import { pollLoad } from '../load/requests';
import { Stand } from '../stand/stand';
import { median } from './median';

export interface CostFigures {
  /** CPU of the server's process, by how many journeys are active and polled. */
  readonly levels: readonly {
    readonly journeys: number;
    readonly cpuMicros: number;
    readonly redisMicros: number;
  }[];
  /** The cost at the most expensive level divided by that at the cheapest. */
  readonly spread: number;
}

/** CPU of one poll at several numbers of journeys, each on its own stores, in turns. */
export async function measureCost({
  levels,
  rounds,
  seconds,
  checkout,
}: {
  levels: readonly number[];
  rounds: number;
  seconds: number;
  checkout?: string;
}): Promise<CostFigures> {
  const stands = await Promise.all(levels.map((journeys) => Stand.start(journeys)));
  try {
    const measured = await Promise.all(
      stands.map(async (stand) => ({
        stand,
        server: await stand.serve('product', { checkout }),
        load: pollLoad(stand.journeys),
      })),
    );
    for (const { stand, server, load } of measured) {
      await drive(server, load, { seconds: 0.2, warmUpSeconds: 1, warmUpRequests: stand.journeys.length });
    }
    const runs = measured.map(() => [] as { cpuMicros: number; redisMicros: number }[]);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, { stand, server, load }] of measured.entries()) {
        const { cpuMicros, redisMicros } = await drive(server, load, {
          seconds,
          redisPids: stand.redis.pids,
        });
        runs[index]!.push({ cpuMicros, redisMicros: redisMicros! });
      }
    }
    const found = levels.map((journeys, index) => ({
      journeys,
      cpuMicros: median(runs[index]!.map((run) => run.cpuMicros)),
      redisMicros: median(runs[index]!.map((run) => run.redisMicros)),
    }));
    const costs = found.map(({ cpuMicros }) => cpuMicros);
    return { levels: found, spread: Math.max(...costs) / Math.min(...costs) };
  } finally {
    await Promise.all(stands.map((stand) => stand.stop()));
  }
}
