import { drive, type Figures } from '../load/load';
import type { NextRequest } from '../load/requests';
import type { Server } from '../stand/server';
import { median } from './median';

export interface Comparison {
  readonly product: Figures;
  readonly peer: Figures;
  /** The product's throughput divided by the peer's, pair by pair; and the median. */
  readonly ratios: readonly number[];
  readonly ratio: number;
  /** The same for requests per CPU-second of the server, by which the targets are judged: what a core could do if nothing else limited it. */
  readonly cpuRatios: readonly number[];
  readonly cpuRatio: number;
}

export interface PairsOptions {
  readonly pairs: number;
  readonly seconds: number;
  readonly redisPids: readonly number[];
  /** What the peer gets instead of the product's load. */
  readonly peerLoad?: NextRequest;
}

/**
 * Drives the product and a peer to their limit in turns, so that other load on the machine affects both. In every
 * other pair the peer goes first.
 */
export async function comparePairs(
  product: Server,
  peer: Server,
  load: NextRequest,
  { pairs, seconds, redisPids, peerLoad = load }: PairsOptions,
): Promise<Comparison> {
  const measured: { product: Figures; peer: Figures }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const ofProduct = () => drive(product, load, { seconds, redisPids });
    const ofPeer = () => drive(peer, peerLoad, { seconds, redisPids });
    if (pair % 2 === 0) {
      measured.push({ product: await ofProduct(), peer: await ofPeer() });
    } else {
      const first = await ofPeer();
      measured.push({ product: await ofProduct(), peer: first });
    }
  }
  const ratios = measured.map((pair) => pair.product.perSecond / pair.peer.perSecond);
  const cpuRatios = measured.map((pair) => pair.product.perCpuSecond / pair.peer.perCpuSecond);
  return {
    product: medianFigures(measured.map((pair) => pair.product)),
    peer: medianFigures(measured.map((pair) => pair.peer)),
    ratios,
    ratio: median(ratios),
    cpuRatios,
    cpuRatio: median(cpuRatios),
  };
}

/** Each figure's median by itself. */
export function medianFigures(runs: readonly Figures[]): Figures {
  const of = (pick: (figures: Figures) => number): number => median(runs.map(pick));
  return {
    requests: runs.reduce((sum, { requests }) => sum + requests, 0),
    allRequests: runs.reduce((sum, { allRequests }) => sum + allRequests, 0),
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
    perSecond: of(({ perSecond }) => perSecond),
    cpuSeconds: runs.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    perCpuSecond: of(({ perCpuSecond }) => perCpuSecond),
    cpuShare: of(({ cpuShare }) => cpuShare),
    cpuMicros: of(({ cpuMicros }) => cpuMicros),
    redisMicros: runs[0]!.redisMicros === null ? null : of(({ redisMicros }) => redisMicros!),
  };
}
