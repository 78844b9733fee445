/** Asks at most one question at a time, and none while the last answer is younger than `forMs`. A failure is not kept. */
export function remembered<T>(ask: () => Promise<T>, forMs: number): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let goodUntil = Infinity;
  return () => {
    if (answer && performance.now() < goodUntil) return answer;
    goodUntil = Infinity;
    const asked = (answer = ask());
    asked.then(
      () => (goodUntil = performance.now() + forMs),
      () => (answer = undefined),
    );
    return asked;
  };
}
