import { isDeepStrictEqual } from 'node:util';

import { clients, OTHER_ORIGIN, REGISTRATIONS, type Client } from '../load/clients';
import { exchange } from '../load/exchange';
import { drive, type Figures } from '../load/load';
import { repeated, type NextRequest } from '../load/requests';
import type { Journey } from '../stand/journeys';
import type { Server } from '../stand/server';
import { Stand } from '../stand/stand';
import { median } from './median';
import { medianFigures } from './pairs';

const JOURNEYS = 10_000;

export interface ClientFigures {
  readonly name: string;
  readonly product: Figures;
  readonly floor: Figures;
  /** Polls for each CPU-second of the product by those of the floor, which gets the same bytes: round by round, the median. */
  readonly cpuRatio: number;
  /** The lowest and the highest of the rounds. */
  readonly cpuRange: readonly [number, number];
  /** CPU of one poll of the client that costs the product least, by that of this one. */
  readonly ofBest: number;
}

export interface ClientsOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly checkout?: string;
}

/** Polls as each client sends them, beside the floor. A round measures every client once, so that what else the machine does affects all. */
export async function measureClients({
  rounds,
  seconds,
  checkout,
}: ClientsOptions): Promise<ClientFigures[]> {
  const stand = await Stand.start(JOURNEYS);
  try {
    const { journeys, redis } = stand;
    const product = await stand.serve('product', { checkout, env: { CORS_ORIGINS: OTHER_ORIGIN } });
    const floor = await stand.serve('floor');
    const subjects: { name: string; load: NextRequest }[] = [];
    for (const client of clients) {
      const { name, poll } = await accepted(client, product, journeys[0]!);
      await requireEqual(product, floor, { name, poll }, journeys[0]!);
      subjects.push({ name, load: repeated(journeys.map(poll)) });
    }
    for (const [index, { load }] of subjects.entries()) {
      // The first load lasts until each server has verified every token, the others until a document is compiled.
      const warmUp = { seconds: 0.1, warmUpRequests: index === 0 ? JOURNEYS : 500 };
      for (const server of [product, floor]) await drive(server, load, warmUp);
    }

    const found = subjects.map(() => [] as Run[]);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, { load }] of subjects.entries()) {
        const measure = (server: Server) =>
          drive(server, load, { seconds, warmUpSeconds: 0.2, redisPids: redis.pids });
        const first = await measure(round % 2 === 0 ? product : floor);
        const second = await measure(round % 2 === 0 ? floor : product);
        found[index]!.push(
          round % 2 === 0 ? { product: first, floor: second } : { product: second, floor: first },
        );
      }
    }
    return found
      .map((runs, index) => ({ name: subjects[index]!.name, runs }))
      .map(summarized)
      .map(comparedWithBest);
  } finally {
    await stand.stop();
  }
}

interface Run {
  readonly product: Figures;
  readonly floor: Figures;
}

function summarized({ name, runs }: { name: string; runs: readonly Run[] }) {
  const ratios = runs.map((run) => run.product.perCpuSecond / run.floor.perCpuSecond);
  return {
    name,
    product: medianFigures(runs.map((run) => run.product)),
    floor: medianFigures(runs.map((run) => run.floor)),
    cpuRatio: median(ratios),
    cpuRange: [Math.min(...ratios), Math.max(...ratios)] as const,
  };
}

const comparedWithBest = (
  figures: ReturnType<typeof summarized>,
  _index: number,
  all: readonly ReturnType<typeof summarized>[],
): ClientFigures => ({
  ...figures,
  ofBest: Math.min(...all.map(({ product }) => product.cpuMicros)) / figures.product.cpuMicros,
});

/**
 * The client as the product accepts it: one whose persisted query stays unknown, although its text was sent often
 * enough to be kept, sends the text with every poll. (It sends the hash before that each time, which is not counted.)
 */
async function accepted(client: Client, product: Server, journey: Journey): Promise<Client> {
  const { name, poll, pollWithText } = client;
  if (!pollWithText) return client;
  for (let time = 0; time < REGISTRATIONS; time += 1) await exchange(product.port, pollWithText(journey));
  const { status } = await exchange(product.port, poll(journey));
  return status === 200 ? client : { name: `${name}, sent with its text`, poll: pollWithText };
}

/** @throws unless both servers return the same data for this client's poll. */
async function requireEqual(
  product: Server,
  floor: Server,
  { name, poll }: Client,
  journey: Journey,
): Promise<void> {
  const [ours, floors] = [
    await exchange(product.port, poll(journey)),
    await exchange(floor.port, poll(journey)),
  ];
  if (ours.status === 200 && isDeepStrictEqual(JSON.parse(ours.body), JSON.parse(floors.body))) return;
  throw new Error(
    `${name}: the responses differ:\n  product: ${ours.status} ${ours.body}\n  floor: ${floors.status} ${floors.body}`,
  );
}
