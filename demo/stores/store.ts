import { KeptProcess, type KeptProcessOptions } from './keptProcess';
import { untilReady } from './untilReady';

/** A server of our own on loopback, which ends with this process. */
export interface EmbeddedStore {
  readonly url: string;
  readonly port: number;
  /** Of the server's main process, for tests that pause or kill it. */
  readonly pid: number;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
  /** Ends the server; its files stay. */
  halt(): Promise<void>;
  /** Starts it again, after `halt` or after it was killed, where it was before. */
  resume(): Promise<void>;
}

export interface StoreProgram extends KeptProcessOptions {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  /** Fills the server's folder before its first start. */
  readonly prepare?: () => Promise<void>;
  /** Throws as long as the server is not ready. */
  readonly probe: () => Promise<void>;
}

export async function startStore({
  name,
  url,
  port,
  prepare,
  probe,
  ...options
}: StoreProgram): Promise<EmbeddedStore> {
  const program = new KeptProcess(options);
  const resume = async (): Promise<void> => untilReady(name, await program.start(), probe);
  try {
    await prepare?.();
    await resume();
  } catch (error) {
    await program.stop();
    throw error;
  }
  return {
    url,
    port,
    get pid() {
      return program.pid;
    },
    stop: () => program.stop(),
    halt: () => program.halt(),
    resume,
  };
}
