import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { luaFieldList, type FieldListName } from './records';

const scriptNames = [
  'cacheSession',
  'due',
  'end',
  'indexAdd',
  'indexRead',
  'now',
  'outboxAck',
  'outboxDeadLetter',
  'outboxRemoveConsumers',
  'outboxReplay',
  'rate',
  'rateRefund',
  'readSnapshot',
  'start',
  'takeOver',
  'update',
] as const;

export type ScriptName = (typeof scriptNames)[number];

/** Those that change nothing. */
export const readingScripts = ['due', 'indexRead', 'readSnapshot'] as const satisfies readonly ScriptName[];

export type ReadingScript = (typeof readingScripts)[number];

interface Script {
  readonly lua: string;
  readonly numberOfKeys: number;
}

/** A line `-- @include NAME` stands for include/NAME.lua, a line `-- @record NAME` for the list of the record's fields. */
function expand(lua: string): string {
  return lua.replace(/^ *-- @(include|record) (\w+)$/gm, (_, kind: string, name: string) =>
    kind === 'record' ? luaFieldList(name as FieldListName) : expand(readLua('include', name).trimEnd()),
  );
}

const readLua = (...path: readonly string[]): string =>
  readFileSync(`${join(__dirname, 'scripts', ...path)}.lua`, 'utf8');

function loadScript(name: ScriptName): Script {
  const source = readLua(name);
  const keys = [...source.matchAll(/\bKEYS\[(\d+)\]/g)].map(([, index]) => Number(index));
  // The highest index that a script uses is the number of its KEYS; the rest of a call's arguments are ARGV.
  return { lua: expand(source), numberOfKeys: Math.max(...keys) };
}

/** Scripts in the form that ioredis takes: it sends EVALSHA, and EVAL where the server does not know one yet. */
export const loadScripts = <Name extends ScriptName = ScriptName>(
  names: readonly Name[] = scriptNames as readonly ScriptName[] as readonly Name[],
): Record<Name, Script> =>
  Object.fromEntries(names.map((name) => [name, loadScript(name)])) as Record<Name, Script>;
