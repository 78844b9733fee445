import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../support/freePort';
import { Program } from '../support/program';

const SECRET = 'a secret of these tests, long enough for HS256';

/** The built server as a process of its own, on a port that it keeps through restarts. */
export class BuiltServer {
  private program: Program | null = null;

  /** Call `build()` before. @param env settings beyond the address and the secret */
  constructor(
    private readonly port: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(env: NodeJS.ProcessEnv): Promise<BuiltServer> {
    const server = new BuiltServer(await freePort(), env);
    await server.run();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get secret(): Uint8Array {
    return new TextEncoder().encode(SECRET);
  }

  /** Starts the process, also again after `kill`, and waits until it is ready. Returns how long that took, ms. */
  async run(): Promise<number> {
    const startedAt = performance.now();
    this.program = new Program('main.js', [], {
      AUTH_JWT_SECRET: SECRET,
      HOST: '127.0.0.1',
      PORT: String(this.port),
      LOG_LEVEL: 'fatal',
      ...this.env,
    });
    for (;;) {
      const response = await fetch(`${this.url}/health/ready`).catch(() => null);
      if (response?.status === 200) return performance.now() - startedAt;
      if (performance.now() - startedAt > 30_000)
        throw new Error(`The server is not ready after 30 s:\n${this.program.output}`);
      await sleep(25);
    }
  }

  /** Ends the process as a crash would, or an orchestrator after its grace period. */
  async kill(): Promise<void> {
    this.program?.kill('SIGKILL');
    await this.program?.result();
  }
}
