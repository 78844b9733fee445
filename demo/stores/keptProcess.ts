import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface KeptProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal: NodeJS.Signals;
  /** How long the program may take over its stop signal before it is killed. */
  readonly graceMs: number;
  /** A folder that goes when this process does. */
  readonly removeAtEnd?: string;
}

export interface ProgramEnd {
  /** The exit code, the signal's name, or why it could not be started. */
  readonly exit: string | number | null;
  /** The last it printed. */
  readonly output: string;
}

/** A program that ends with this process, however this process ends (see `keeper.mjs`). */
export class KeptProcess {
  private readonly keeper: ChildProcessByStdio<Writable, Readable, null>;
  private started: { pid: number; ended: Promise<ProgramEnd> } | undefined;
  private onMessage: (message: { pid: number } | ProgramEnd) => void = () => undefined;

  constructor(private readonly options: KeptProcessOptions) {
    this.keeper = spawn(process.execPath, [join(__dirname, 'keeper.mjs'), JSON.stringify(options)], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      // Options such as a debugger's port are meant for this process alone.
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    // It may have ended already, which is all that is wanted of it then.
    this.keeper.stdin.on('error', () => undefined);
    createInterface({ input: this.keeper.stdout }).on('line', (line) =>
      this.onMessage(JSON.parse(line) as { pid: number } | ProgramEnd),
    );
    this.keeper.once('close', () => this.onMessage({ exit: 'its keeper ended', output: '' }));
  }

  /** Of the program itself, for tests that pause or kill it. */
  get pid(): number {
    if (!this.started) throw new Error(`${this.options.command} was never started`);
    return this.started.pid;
  }

  /** Resolves, once the program runs, to what resolves at its end. That it is ready is for the caller to find out. */
  async start(): Promise<{ ended: Promise<ProgramEnd> }> {
    const { command } = this.options;
    return new Promise((resolve, reject) => {
      const ended = new Promise<ProgramEnd>((resolveEnd) => {
        this.onMessage = (message) => {
          if ('pid' in message) {
            this.started = { pid: message.pid, ended };
            resolve({ ended });
          } else {
            resolveEnd(message);
            reject(new Error(`${command} did not start: ${message.exit}`));
          }
        };
      });
      this.keeper.stdin.write('start\n');
    });
  }

  /** Ends the program; its files stay, and `start` starts it again. */
  async halt(): Promise<void> {
    this.keeper.stdin.write('halt\n');
    await this.started?.ended;
  }

  /** Ends the program, if it runs, and removes its files. */
  async stop(): Promise<void> {
    if (this.keeper.exitCode !== null || this.keeper.signalCode !== null) return;
    this.keeper.stdin.end();
    await once(this.keeper, 'close');
  }
}
