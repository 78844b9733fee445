import { setTimeout as sleep } from 'node:timers/promises';

import { requireEqualPolls, requireEqualUpdates } from '../load/equality';
import { drive } from '../load/load';
import { pollLoad, updateLoad } from '../load/requests';
import type { PeerName } from '../stand/server';
import { Stand } from '../stand/stand';
import { comparePairs, type Comparison } from './pairs';

const JOURNEYS = 10_000;
/** PostgreSQL's processes report their transactions with a delay of at most so much. */
const STATISTICS_LAG_MS = 11_000;

export interface ThroughputFigures {
  readonly polls: Readonly<Record<Exclude<PeerName, 'product'>, Comparison>>;
  readonly updates: Comparison;
  /** Transactions in the server's own database for 1,000 polls of active journeys. */
  readonly transactionsPer1000Polls: { readonly product: number; readonly earlier: number };
}

/** Polls beside each peer, updates beside the floor, and the transactions that the polls caused in the database. */
export async function measureThroughput({
  checkout,
  ...options
}: {
  pairs: number;
  seconds: number;
  checkout?: string;
}): Promise<ThroughputFigures> {
  const stand = await Stand.start(JOURNEYS);
  try {
    const { journeys, databases, redis } = stand;
    const product = await stand.serve('product', { checkout });
    const floor = await stand.serve('floor');
    const lean = await stand.serve('lean');
    const mercurius = await stand.serve('mercurius');
    const earlier = await stand.serve('earlier');
    for (const peer of [floor, lean, mercurius, earlier])
      await requireEqualPolls(product, peer, journeys[0]!);
    await requireEqualUpdates(product, floor, journeys[0]!);

    const polls = pollLoad(journeys);
    const updates = updateLoad(journeys);
    const settled = sleep(STATISTICS_LAG_MS);
    // Until each server has verified every token.
    const warmUp = { seconds: 0.1, warmUpRequests: JOURNEYS };
    for (const server of [product, floor, lean, mercurius]) await drive(server, polls, warmUp);
    for (const server of [product, floor]) await drive(server, updates, warmUp);
    // It would take long for 10,000 polls, and the check of a token is a small part of its work.
    await drive(earlier, polls, { seconds: 0.1, warmUpRequests: 2000 });
    await settled;

    const transactions = async () => ({
      product: await databases.transactions(product.databaseUrl),
      earlier: await databases.transactions(earlier.databaseUrl),
    });
    const before = await transactions();
    const pairs = { ...options, redisPids: redis.pids };
    const compared = {
      earlier: await comparePairs(product, earlier, polls, pairs),
      mercurius: await comparePairs(product, mercurius, polls, pairs),
      floor: await comparePairs(product, floor, polls, pairs),
      lean: await comparePairs(product, lean, polls, pairs),
    };
    const lag = sleep(STATISTICS_LAG_MS);
    const comparedUpdates = await comparePairs(product, floor, updates, pairs);
    await lag;
    const after = await transactions();

    const ofProduct = Object.values(compared).reduce(
      (sum, { product: figures }) => sum + figures.allRequests,
      0,
    );
    return {
      polls: compared,
      updates: comparedUpdates,
      transactionsPer1000Polls: {
        product: ((after.product - before.product) / ofProduct) * 1000,
        earlier: ((after.earlier - before.earlier) / compared.earlier.peer.allRequests) * 1000,
      },
    };
  } finally {
    await stand.stop();
  }
}
