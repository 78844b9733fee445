import { createServer } from 'node:net';

/** Below the ports that the system chooses itself: those go to any socket, also between the check here and the use. */
const [FIRST, LAST] = [20_000, 32_000];

/** Test files that run at the same time begin at different ports. */
let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** Finds a loopback port on which no process listens; another one at each call. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = port < LAST ? port + 1 : FIRST;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      )
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
