import { createHash } from 'node:crypto';
import calculateSlot from 'cluster-key-slot';
import { Command } from 'ioredis';

import type { RedisClient } from './client';
import { loadScripts, type Script, type ScriptName } from './scripts';

export type Argument = string | number | FixedArguments;

/** Arguments that are the same in each call: what is sent of them is made once. */
export class FixedArguments {
  readonly count: number;
  readonly text: string;

  constructor(readonly values: readonly (string | number)[]) {
    this.count = values.length;
    this.text = values.map((value) => lengthOf(String(value)) + String(value)).join('');
  }
}

/**
 * Calls one script by its hash, and the first time on each connection by its text, as ioredis' own commands for scripts
 * do. Those copy and check each argument several times, which was a tenth of an update's CPU.
 */
export class ScriptCaller {
  private readonly byHash: string;
  private readonly byText: string;
  private readonly informed = new WeakSet<object>();

  constructor({ lua, numberOfKeys }: Script) {
    const hash = createHash('sha1').update(lua).digest('hex');
    this.byHash = new FixedArguments(['EVALSHA', hash, numberOfKeys]).text;
    this.byText = new FixedArguments(['EVAL', lua, numberOfKeys]).text;
  }

  /** `args` are the script's KEYS and ARGV; the first key says which node of a cluster. */
  call(client: RedisClient, args: readonly Argument[]): Promise<unknown> {
    const command = new ScriptCommand(this, args);
    return (client.sendCommand(command) as Promise<unknown>).catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.includes('NOSCRIPT')) throw error;
      // The server has lost its scripts since, by SCRIPT FLUSH for example.
      if (command.connection) this.informed.delete(command.connection);
      return client.sendCommand(new ScriptCommand(this, args));
    });
  }

  /** What a command on this connection begins with, after the number of its parts. */
  beginning(connection: object): string {
    if (this.informed.has(connection)) return this.byHash;
    this.informed.add(connection);
    return this.byText;
  }
}

export const createScriptCallers = (): Record<ScriptName, ScriptCaller> =>
  Object.fromEntries(
    Object.entries(loadScripts()).map(([name, script]) => [name, new ScriptCaller(script)]),
  ) as Record<ScriptName, ScriptCaller>;

/** Its text is made as a whole: ioredis needs nothing of it but the slot. */
class ScriptCommand extends Command {
  /** The one that it was sent on. */
  connection?: object;

  constructor(
    private readonly script: ScriptCaller,
    private readonly parts: readonly Argument[],
  ) {
    super('evalsha', [], { replyEncoding: 'utf8' });
  }

  override getSlot(): number {
    return calculateSlot(this.parts[0] as string);
  }

  override toWritable(connection: object): string {
    this.connection = connection;
    const { parts } = this;
    // Beside the arguments themselves the command's name, the script and the number of its keys.
    let count = 3;
    let text = this.script.beginning(connection);
    for (let at = 0; at < parts.length; at += 1) {
      const part = parts[at]!;
      if (typeof part === 'object') {
        count += part.count;
        text += part.text;
      } else {
        const value = String(part);
        count += 1;
        // Not joined to each other before: the fewer pieces a text is made of, the sooner it is written.
        text = text + lengthOf(value) + value;
      }
    }
    return `*${count}${text}\r\n`;
  }
}

/** What stands before a string in Redis' protocol: the end of the line before it, and its length in bytes. */
const lengthOf = (text: string): string => {
  const bytes = Buffer.byteLength(text);
  return SHORT_LENGTHS[bytes] ?? lengthLine(bytes);
};
const lengthLine = (bytes: number): string => `\r\n$${bytes}\r\n`;
const SHORT_LENGTHS: readonly string[] = Array.from({ length: 256 }, (_, bytes) => lengthLine(bytes));
