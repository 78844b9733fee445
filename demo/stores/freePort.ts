import { createServer, type AddressInfo } from 'node:net';

export const LOOPBACK = '127.0.0.1';

const ATTEMPTS = 3;

/** Calls `listen` with a free loopback port, and again with another when someone was faster to take it. */
export async function onFreePort<Result>(listen: (port: number) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listen(await freePort());
    } catch (error) {
      if (attempt === ATTEMPTS || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, LOOPBACK, () => {
        const { port } = server.address() as AddressInfo;
        server.close(() => resolve(port));
      });
  });
}
