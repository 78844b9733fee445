import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  luaFieldList,
  luaFieldWriter,
  luaNamer,
  luaReader,
  luaValues,
  type FieldListName,
} from './luaRecords';

const scriptNames = [
  'activeJourneys',
  'alerts',
  'cacheSession',
  'createShare',
  'due',
  'end',
  'erasePerson',
  'eta',
  'indexAdd',
  'indexRead',
  'noShow',
  'noShowClaim',
  'noShowSearched',
  'noShowsRaised',
  'now',
  'outboxAck',
  'outboxDeadLetter',
  'outboxRemoveConsumers',
  'outboxReplay',
  'rate',
  'rateRefund',
  'readShares',
  'readSnapshot',
  'retentionTurn',
  'revokeShare',
  'routerTurns',
  'start',
  'takeOver',
  'trackingProblem',
  'unattended',
  'update',
] as const;

export type ScriptName = (typeof scriptNames)[number];

/** Those that change nothing. */
export const readingScripts = [
  'activeJourneys',
  'due',
  'indexRead',
  'noShowsRaised',
  'readShares',
  'readSnapshot',
  'unattended',
] as const satisfies readonly ScriptName[];

export type ReadingScript = (typeof readingScripts)[number];

/** A script in the form that ioredis takes too. */
export interface Script {
  readonly lua: string;
  readonly numberOfKeys: number;
}

/**
 * What stands for a line `-- @DIRECTIVE NAME`: a file of include/, or Lua that is made from a record's list of fields. A script
 * that runs with each update reads and writes by functions that name each field: a loop over names costs it half as much again.
 */
const directives: Readonly<Record<string, (name: string) => string>> = {
  include: (name) => expand(readLua('include', name).trimEnd()),
  record: (name) => luaFieldList(name as FieldListName),
  read: (name) => luaReader(name as FieldListName),
  write: (name) => luaFieldWriter(name as FieldListName),
  named: (name) => luaNamer(name as FieldListName),
  values: (name) => luaValues(name as FieldListName),
};

const expand = (lua: string): string =>
  lua.replace(/^ *-- @(\w+) (\w+)$/gm, (_, directive: string, name: string) => directives[directive]!(name));

/**
 * Puts the numbers of a script in place of their names. Lua 5.1 knows no constants: whenever the script runs, it would
 * create each of them, and capture it for each function that uses it.
 */
function inlineNumbers(lua: string): string {
  const numbers = new Map<string, string>();
  const rest = lua.replace(
    /^ *local ([A-Z][A-Z_]+) = ([\d.]+(?: \* [\d.]+)*)$\n/gm,
    (_, name: string, number: string) => {
      numbers.set(name, `(${number})`);
      return '';
    },
  );
  return rest.replace(/\b[A-Z][A-Z_]+\b/g, (name) => numbers.get(name) ?? name);
}

const readLua = (...path: readonly string[]): string =>
  readFileSync(`${join(__dirname, 'scripts', ...path)}.lua`, 'utf8');

function loadScript(name: ScriptName): Script {
  const source = readLua(name);
  const keys = [...source.matchAll(/\bKEYS\[(\d+)\]/g)].map(([, index]) => Number(index));
  // The highest index that a script uses is the number of its KEYS; the rest of a call's arguments are ARGV.
  return { lua: inlineNumbers(expand(source)), numberOfKeys: Math.max(...keys) };
}

export const loadScripts = (): Record<ScriptName, Script> =>
  Object.fromEntries(scriptNames.map((name) => [name, loadScript(name)])) as Record<ScriptName, Script>;
