/** What is wrong with a command line or its environment: shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A whole number from `least` to `most`. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(`${option} must be a whole number from ${least} to ${most}`);
  }
  return value;
}

/** Ends the process with code 1 when `program` fails. */
export function runProgram(program: () => Promise<void>): void {
  program().catch((error: unknown) => {
    // Node's own parser of options throws these.
    const isUsage =
      error instanceof UsageError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
    console.error(isUsage ? (error as Error).message : error);
    process.exitCode = 1;
  });
}
