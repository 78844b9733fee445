import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** Brings dist/ up to date, which is quick when it already is. */
export const build = (): void => void execFileSync(process.execPath, [join(root, 'scripts/build.mjs')]);

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program, run as its users run it: from dist/ if it is JavaScript, from the sources if it is TypeScript, or npm. */
export class Program {
  private stdout = '';
  private stderr = '';
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  /** @param env variables beyond those that every process needs; no others of this process are passed on */
  constructor(path: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const { PATH, HOME, TMPDIR } = process.env;
    const [command, ...first] = commandOf(path);
    this.child = spawn(command, [...first, ...args], {
      cwd: root,
      env: { PATH, HOME, TMPDIR, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.closed = once(this.child, 'close');
    // A test that fails before it has stopped its program does not keep jest from ending, which ends the program.
    this.child.unref();
    for (const pipe of [this.child.stdout, this.child.stderr]) (pipe as Socket).unref();
    process.once('exit', () => this.child.kill('SIGKILL'));
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  get pid(): number {
    return this.child.pid!;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for output that matches `pattern` and returns what it captured. @throws when the program ends first */
  async printed(pattern: RegExp): Promise<string> {
    for (let ended = false; ;) {
      const found = pattern.exec(this.output);
      if (found) return found[1] ?? found[0];
      if (ended) throw new Error(`The program ended without printing ${pattern}:\n${this.output}`);
      const more = [this.child.stdout!, this.child.stderr!].map((stream) => once(stream, 'data'));
      ended = await Promise.race([
        this.closed.then(() => true),
        ...more.map((data) => data.then(() => false)),
      ]);
    }
  }

  async result(): Promise<ProgramResult> {
    await this.closed;
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}

function commandOf(path: string): [string, ...string[]] {
  if (path === 'npm') return ['npm'];
  if (!path.endsWith('.ts')) return [process.execPath, join(root, 'dist', path)];
  return [process.execPath, '--require', join(root, 'scripts/typescript.cjs'), join(root, path)];
}

export const runProgram = (
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ProgramResult> => new Program(path, args, env).result();
