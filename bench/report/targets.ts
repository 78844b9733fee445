import type { AgainstFigures } from '../measures/against';
import type { BackgroundFigures, Share } from '../measures/background';
import type { ClientFigures } from '../measures/clients';
import type { CostFigures } from '../measures/cost';
import type { MemoryFigures } from '../measures/memory';
import type { PhonesFigures } from '../measures/phones';
import type { RoundTripFigures } from '../measures/roundTrips';
import type { Comparison } from '../measures/pairs';
import type { ThroughputFigures } from '../measures/throughput';
import { count, percent } from './text';

/** What a run found. A run of selected measures leaves the others out. */
export interface Found {
  roundTrips?: RoundTripFigures;
  memory?: MemoryFigures;
  throughput?: ThroughputFigures;
  clients?: readonly ClientFigures[];
  cost?: CostFigures;
  background?: BackgroundFigures;
  phones?: PhonesFigures;
}

export interface Target {
  readonly what: string;
  readonly target: string;
  readonly found: string;
  readonly passed: boolean;
}

/** The targets with what was found. */
export const judge = ({
  throughput,
  clients,
  phones,
  roundTrips,
  cost,
  memory,
  background,
}: Found): Target[] => [
  ...(throughput ? ofThroughput(throughput) : []),
  ...(clients ? ofClients(clients) : []),
  ...(phones ? ofPhones(phones) : []),
  ...(throughput ? [ofDatabase(throughput)] : []),
  ...(roundTrips ? [ofRoundTrips(roundTrips)] : []),
  ...(cost ? [ofCost(cost)] : []),
  ...(memory ? [ofMemory(memory)] : []),
  ...(background ? ofBackground(background) : []),
  ...(roundTrips ? [ofWire(roundTrips)] : []),
];

/** Requests for each CPU-second compared with the other server's: other load on the machine changes this ratio least. */
function ofThroughput({ polls, updates }: ThroughputFigures): Target[] {
  const atLeast = (what: string, { ratio, cpuRatio, cpuRatios }: Comparison, least: number): Target => ({
    what: `${what}, by CPU`,
    target: `≥ ${least}`,
    found: `${cpuRatio.toFixed(2)} (${rangeOf(cpuRatios)}; by throughput ${ratio.toFixed(2)})`,
    passed: cpuRatio >= least,
  });
  return [
    atLeast('poll, one process, against the floor', polls.floor, 0.85),
    atLeast('poll against Mercurius with JIT', polls.mercurius, 1.05),
    atLeast('poll against the earlier design', polls.earlier, 5),
    atLeast('update against its floor', updates, 0.75),
  ];
}

/** @returns what a change may cost: judged when two checkouts are compared. */
export function judgeAgainst({ polls, fullerPolls, updates }: AgainstFigures): Target[] {
  const atMost = (
    what: string,
    { product, peer, cpuRatios, cpuRatio }: Comparison,
    most: number,
  ): Target => ({
    what: `CPU of ${what}, compared with the other checkout`,
    target: `≤ ${most}`,
    found:
      `${(1 / cpuRatio).toFixed(2)} (${rangeOf(cpuRatios.map((ratio) => 1 / ratio))}; ` +
      `${product.cpuMicros.toFixed(1)} and ${peer.cpuMicros.toFixed(1)} µs)`,
    passed: 1 / cpuRatio <= most,
  });
  return [
    atMost('a poll', polls, 1.05),
    atMost('a poll that selects stage, alerts and eta too', fullerPolls, 1.12),
    atMost('an update', updates, 1.15),
  ];
}

const rangeOf = (numbers: readonly number[]): string =>
  `${Math.min(...numbers).toFixed(2)}–${Math.max(...numbers).toFixed(2)}`;

function ofClients(clients: readonly ClientFigures[]): Target[] {
  const lowest = (of: (figures: ClientFigures) => number) =>
    clients.reduce((least, one) => (of(one) < of(least) ? one : least));
  const [floor, best] = [lowest(({ cpuRatio }) => cpuRatio), lowest(({ ofBest }) => ofBest)];
  return [
    {
      what: `each of ${clients.length} clients against the floor, by CPU`,
      target: '≥ 0.85',
      found: `${floor.cpuRatio.toFixed(2)} at the least (${floor.name})`,
      passed: floor.cpuRatio >= 0.85,
    },
    {
      what: 'each client against the best, by CPU',
      target: '≥ 0.9',
      found: `${best.ofBest.toFixed(2)} at the least (${best.name})`,
      passed: best.ofBest >= 0.9,
    },
  ];
}

function ofPhones({
  journeys,
  seconds,
  errors,
  missedTicks,
  ticks,
  all,
  cold,
  ownDelayP999Ms,
  cpu,
}: PhonesFigures): Target[] {
  const load = `${count(journeys)} journeys, ${seconds} s`;
  const failed = Object.entries(errors);
  return [
    {
      what: `${load}: errors`,
      target: 'none',
      found: `${failed.map(([code, times]) => `${code} ${times}`).join(', ') || 'none'} of ${count(ticks)}`,
      passed: failed.length === 0,
    },
    {
      what: `${load}: missed ticks`,
      target: 'none',
      found: `${missedTicks || 'none'} of ${count(ticks)}`,
      passed: missedTicks === 0,
    },
    {
      what: `${load}: p99 from the intended time`,
      target: '≤ 20 ms',
      found: `${all.p99Ms.toFixed(1)} ms (p50 ${all.p50Ms.toFixed(1)}; of the cold process before ${cold.p99Ms.toFixed(0)})`,
      passed: all.p99Ms <= 20,
    },
    {
      what: `${load}: p99.9 from the intended time`,
      target: '≤ 50 ms',
      found: `${all.p999Ms.toFixed(1)} ms (slowest ${all.maxMs.toFixed(0)}; the phones' own delay ${ownDelayP999Ms.toFixed(1)})`,
      passed: all.p999Ms <= 50,
    },
    {
      what: `${load}: CPU of the server process`,
      target: '< 80 % of a core',
      found: `${percent(cpu.server.mean)} (Redis ${percent(cpu.redis.mean)}, phones ${percent(cpu.phones.mean)})`,
      passed: cpu.server.mean < 0.8,
    },
  ];
}

function ofDatabase({ transactionsPer1000Polls: { product, earlier } }: ThroughputFigures): Target {
  return {
    what: 'database transactions per 1,000 polls of active journeys',
    // The search for NO_SHOWs goes on meanwhile, once a minute.
    target: '< 0.1',
    found: `${Number(product.toPrecision(2))} (the earlier design ${Math.round(earlier)})`,
    passed: product < 0.1,
  };
}

function ofRoundTrips({ poll, batchPoll, update }: RoundTripFigures): Target {
  return {
    what: 'Redis round trips: poll, batch poll of 50, update',
    target: '1, 1, ≤ 2',
    found: `${poll}, ${batchPoll}, ${update}`,
    passed: poll === 1 && batchPoll === 1 && update <= 2,
  };
}

function ofCost({ levels, spread }: CostFigures): Target {
  return {
    what: `CPU per poll at ${levels.map(({ journeys }) => count(journeys)).join(', ')} journeys`,
    target: 'flat within 15 %',
    found: `${levels.map(({ cpuMicros }) => cpuMicros.toFixed(0)).join(', ')} µs (${percent(spread - 1)} apart)`,
    passed: spread <= 1.15,
  };
}

/** Every process sweeps, and the router's turns are shared, so more processes add their sweeps alone. */
function ofBackground({ journeys, idle, sweeps, router }: BackgroundFigures): Target[] {
  const of = ({ server, redis }: Share) => `${percent(server, 1)} of a core, Redis ${percent(redis, 1)}`;
  return [
    {
      what: `sweeps of alerts and deadlines at ${count(journeys)} journeys, one process`,
      target: '≤ 5 % of a core',
      found: `${of(sweeps)} (without a journey ${of(idle)})`,
      passed: sweeps.server <= 0.05,
    },
    {
      what: `router worker at ${count(journeys)} moving journeys, one process`,
      target: '≤ 20 % of a core',
      found: `${of(router)}; ${router.callsPerSecond.toFixed(0)} calls/s`,
      passed: router.server <= 0.2,
    },
  ];
}

function ofMemory({ bytesPerJourney, bytesWithIndexes }: MemoryFigures): Target {
  const kb = (bytes: number) => (bytes / 1000).toFixed(2);
  return {
    what: 'Redis memory per journey with location, metadata and deadline, without its trail',
    target: '≤ 2.0 kB',
    found: `${kb(bytesPerJourney)} kB (with its users' indexes and its expiry record ${kb(bytesWithIndexes)})`,
    passed: bytesPerJourney <= 2000,
  };
}

function ofWire({ wire: { bytes, headBytes, bodyBytes } }: RoundTripFigures): Target {
  return {
    what: "bytes on the wire for the response to the hook's poll",
    target: '≤ 750',
    found: `${bytes} (head ${headBytes}, body ${bodyBytes})`,
    passed: bytes <= 750,
  };
}
