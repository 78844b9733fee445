// Drives one or several peers to their limit: node bench/start.mjs poll --peer floor --seconds 5 [--update] [--text] [--journeys N]
import { parseArgs } from 'node:util';

import { requireEqualPolls, requireEqualUpdates } from './load/equality';
import { drive } from './load/load';
import { pollLoad, updateLoad, type DocumentOptions } from './load/requests';
import { runProgram } from './stand/program';
import { peerNames, type PeerName } from './stand/server';
import { Stand } from './stand/stand';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      peer: { type: 'string', default: 'product' },
      seconds: { type: 'string', default: '5' },
      journeys: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '1' },
      update: { type: 'boolean', default: false },
      text: { type: 'boolean', default: false },
    },
  });
  const documents: DocumentOptions = { form: values.text ? 'text' : 'hash' };
  const names = values.peer.split(',') as PeerName[];
  for (const name of names)
    if (!peerNames.includes(name)) throw new Error(`--peer is of ${peerNames.join(', ')}`);

  const stand = await Stand.start(Number(values.journeys));
  try {
    const product = await stand.serve('product');
    const peers = [];
    for (const name of names) peers.push(name === 'product' ? product : await stand.serve(name));
    for (const peer of peers) {
      const requireEqual = values.update ? requireEqualUpdates : requireEqualPolls;
      if (peer !== product) await requireEqual(product, peer, stand.journeys[0]!, documents);
    }
    const load = values.update ? updateLoad(stand.journeys, documents) : pollLoad(stand.journeys, documents);
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const peer of peers) {
        const figures = await drive(peer, load, {
          seconds: Number(values.seconds),
          warmUpSeconds: 2,
          warmUpRequests: round === 0 ? stand.journeys.length : 0,
        });
        const { perSecond, perCpuSecond, cpuShare } = figures;
        console.log(
          `${peer.name.padEnd(9)} ${perSecond.toFixed(0)}/s, ${perCpuSecond.toFixed(0)} a CPU-second ` +
            `(${(1e6 / perCpuSecond).toFixed(1)} µs each), ${(cpuShare * 100).toFixed(0)} % of a core`,
        );
      }
    }
  } finally {
    await stand.stop();
  }
}

runProgram(main);
