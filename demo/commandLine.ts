/** What is wrong with a command line or its environment: shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A whole number from `min` to `max`. */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`${option} must be a whole number from ${min} to ${max}`);
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
