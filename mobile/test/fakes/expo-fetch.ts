import { phone } from '../support/FakePhone';

const { process } = phone();
const { systemFetch } = globalThis as unknown as { systemFetch: typeof globalThis.fetch };

/** The system's network: it needs no timer of the app, and a killed process never gets its answer. */
export async function fetch(input: string, init?: RequestInit): Promise<Response> {
  const owner = phone();
  owner.requestsInFlight += 1;
  const response = await systemFetch(input, init).finally(() => (owner.requestsInFlight -= 1));
  return process.alive ? response : new Promise<Response>(() => undefined);
}
