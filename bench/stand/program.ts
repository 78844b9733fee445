/** Runs a program of the bench. A signal ends it, and the servers that it started, as its normal end does. */
export function runProgram(main: () => Promise<void>): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
