import type { Reply } from './records';
import type { ScriptName } from './scripts';

/** What writing scripts return: a code, Redis' time, and what the code says. */
export type ScriptReply = [code: string, now: string, ...values: Reply];

/** @throws Error always: the script and the file that calls it disagree. */
export function unexpectedCode(script: ScriptName, code: unknown): never {
  throw new Error(`${script}.lua returned the code ${String(code)}, which its caller does not know`);
}
