import type { CostFigures } from '../measures/cost';
import type { MemoryFigures } from '../measures/memory';
import type { PhonesFigures } from '../measures/phones';
import type { RoundTripFigures } from '../measures/roundTrips';
import type { Comparison } from '../measures/pairs';
import type { ThroughputFigures } from '../measures/throughput';
import { count, percent } from './text';

/** What a run found; a run of some measures alone leaves the others out. */
export interface Found {
  throughput?: ThroughputFigures;
  phones?: PhonesFigures;
  roundTrips?: RoundTripFigures;
  cost?: CostFigures;
  memory?: MemoryFigures;
}

export interface Target {
  readonly what: string;
  readonly target: string;
  readonly found: string;
  readonly passed: boolean;
}

/** The targets with what was found. */
export const judge = ({ throughput, phones, roundTrips, cost, memory }: Found): Target[] => [
  ...(throughput ? ofThroughput(throughput) : []),
  ...(phones ? ofPhones(phones) : []),
  ...(throughput ? [ofDatabase(throughput)] : []),
  ...(roundTrips ? [ofRoundTrips(roundTrips)] : []),
  ...(cost ? [ofCost(cost)] : []),
  ...(memory ? [ofMemory(memory)] : []),
  ...(roundTrips ? [ofWire(roundTrips)] : []),
];

function ofThroughput({ polls, updates }: ThroughputFigures): Target[] {
  const against = (what: string, comparison: Comparison, least: number): Target => {
    const { ratio, ratios, cpuRatio } = comparison;
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    return {
      what,
      target: `≥ ${least}`,
      found: `${ratio.toFixed(2)} (${range}; by CPU ${cpuRatio.toFixed(2)})`,
      passed: ratio >= least,
    };
  };
  return [
    against('poll, one process, against the floor', polls.floor, 0.85),
    against('poll against Mercurius with JIT', polls.mercurius, 1.05),
    against('poll against the earlier design', polls.earlier, 5),
    against('update against its floor', updates, 0.7),
  ];
}

function ofPhones({ journeys, seconds, errors, missedTicks, ticks, all, cpu }: PhonesFigures): Target[] {
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
      target: '< 100 ms',
      found: `${all.p99Ms.toFixed(1)} ms (p50 ${all.p50Ms.toFixed(1)}, p99.9 ${all.p999Ms.toFixed(1)})`,
      passed: all.p99Ms < 100,
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
    what: 'database transactions per 1,000 polls under way',
    target: '0',
    found: `${Number(product.toPrecision(2))} (the earlier design ${Math.round(earlier)})`,
    passed: product === 0,
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

function ofMemory({ bytesPerJourney, bytesWithIndexes }: MemoryFigures): Target {
  const kb = (bytes: number) => (bytes / 1000).toFixed(2);
  return {
    what: 'Redis memory per journey with location, metadata and deadline',
    target: '≤ 1.5 kB',
    found: `${kb(bytesPerJourney)} kB (with its users' indexes and its filed end ${kb(bytesWithIndexes)})`,
    passed: bytesPerJourney <= 1500,
  };
}

function ofWire({ wire: { bytes, headBytes, bodyBytes } }: RoundTripFigures): Target {
  return {
    what: "bytes on the wire for the answer to the hook's poll",
    target: '≤ 750',
    found: `${bytes} (head ${headBytes}, body ${bodyBytes})`,
    passed: bytes <= 750,
  };
}
