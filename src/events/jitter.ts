/** An interval around the given one, so that processes that start together don't stay in step. */
export const jittered = (intervalMs: number): number => intervalMs * (0.75 + Math.random() / 2);
