/** Runs a program of the bench. A signal ends it as any end does: with the servers that it started. */
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
