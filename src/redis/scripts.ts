import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const scriptNames = [
  'due',
  'end',
  'forget',
  'indexAdd',
  'indexRead',
  'look',
  'now',
  'outboxAck',
  'outboxDeadLetter',
  'outboxRemoveConsumers',
  'outboxReplay',
  'rate',
  'rateRefund',
  'remember',
  'start',
  'update',
] as const;

export type ScriptName = (typeof scriptNames)[number];

/** Those that change nothing. */
export const readingScripts = ['due', 'indexRead', 'look'] as const satisfies readonly ScriptName[];

export type ReadingScript = (typeof readingScripts)[number];

/** The number of KEYS of each script; the rest of a call's arguments are ARGV. */
const keyCounts: Record<ScriptName, number> = {
  due: 2,
  end: 8,
  forget: 1,
  indexAdd: 1,
  indexRead: 1,
  look: 1,
  now: 1,
  outboxAck: 1,
  outboxDeadLetter: 2,
  outboxRemoveConsumers: 1,
  outboxReplay: 2,
  rate: 1,
  rateRefund: 1,
  remember: 1,
  start: 8,
  update: 4,
};

/** Puts `include/<name>.lua` in the place of each line `-- @include <name>`. */
function loadScript(name: ScriptName): string {
  const folder = join(__dirname, 'scripts');
  return readFileSync(join(folder, `${name}.lua`), 'utf8').replace(
    /^-- @include (\w+)$/gm,
    (_, part: string) => readFileSync(join(folder, 'include', `${part}.lua`), 'utf8').trimEnd(),
  );
}

/** Scripts in the form that ioredis takes: it sends EVALSHA, and EVAL where the server does not know one yet. */
export const loadScripts = <Name extends ScriptName = ScriptName>(
  names: readonly Name[] = scriptNames as readonly ScriptName[] as readonly Name[],
): Record<Name, { lua: string; numberOfKeys: number }> =>
  Object.fromEntries(
    names.map((name) => [name, { lua: loadScript(name), numberOfKeys: keyCounts[name] }]),
  ) as Record<Name, { lua: string; numberOfKeys: number }>;
