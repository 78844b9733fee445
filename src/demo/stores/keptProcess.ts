import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface KeptProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal: NodeJS.Signals;
  /** How long the program may take over its stop signal before it is killed. */
  readonly graceMs: number;
  /** A folder that goes with the program. */
  readonly removeAtEnd?: string;
}

export interface ProgramEnd {
  /** The exit code, the signal's name, or why it could not be started. */
  readonly exit: string | number;
  /** The last it printed. */
  readonly output: string;
}

/** A program that ends with this process, however this process ends (see `keeper.mjs`). */
export interface KeptProcess {
  /** Of the program itself, for tests that pause or kill it. */
  readonly pid: number;
  readonly ended: Promise<ProgramEnd>;
  stop(options?: { keepFiles?: boolean }): Promise<void>;
}

/** Resolves once the program runs; that it is ready is for the caller to find out. */
export function keepProcess(options: KeptProcessOptions): Promise<KeptProcess> {
  const keeper = spawn(process.execPath, [join(__dirname, 'keeper.mjs'), JSON.stringify(options)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    // Options such as a debugger port are meant for this process alone.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines = createInterface({ input: keeper.stdout });
  // Written to after its end at worst, which stop() is content with.
  keeper.stdin.on('error', () => undefined);

  return new Promise((resolve, reject) => {
    const ended = new Promise<ProgramEnd>((resolveEnd) => {
      let end: ProgramEnd = { exit: 'its keeper ended', output: '' };
      lines.on('line', (line) => {
        const message = JSON.parse(line) as { pid: number } | ProgramEnd;
        if ('exit' in message) end = message;
        else resolve({ pid: message.pid, ended, stop });
      });
      keeper.once('error', reject);
      keeper.once('close', () => {
        resolveEnd(end);
        reject(new Error(`${options.command} did not start: ${end.exit}\n${end.output}`));
      });
    });

    const stop = async ({ keepFiles = false } = {}): Promise<void> => {
      if (keeper.stdin.writable) keeper.stdin.end(keepFiles ? 'keep\n' : '');
      await ended;
    };
  });
}
