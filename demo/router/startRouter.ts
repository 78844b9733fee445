import { join } from 'node:path';
import { LOOPBACK, onFreePort } from '../stores/freePort';
import { startStore, type EmbeddedStore } from '../stores/store';

const TYPESCRIPT = join(__dirname, '../../scripts/typescript.cjs');

/**
 * Starts the town's road router in a process of its own: whoever kills it sees the service go on by its own estimates. It
 * ends with this process.
 */
export const startRouter = (): Promise<EmbeddedStore> => onFreePort(startOn);

function startOn(port: number): Promise<EmbeddedStore> {
  const url = `http://${LOOPBACK}:${port}`;
  return startStore({
    name: 'The road router',
    url,
    port,
    command: process.execPath,
    args: ['--require', TYPESCRIPT, join(__dirname, 'main.ts'), String(port)],
    stopSignal: 'SIGTERM',
    graceMs: 1_000,
    probe: async () => void (await fetch(url)),
  });
}
