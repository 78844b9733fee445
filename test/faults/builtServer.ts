import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../support/freePort';
import { Program } from '../support/program';

const SECRET = 'a secret of these tests, long enough for HS256';

/** The built server as its own process, on a port that it keeps over its deaths. */
export class BuiltServer {
  private program: Program | null = null;

  private constructor(
    private readonly port: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param env settings beyond the address and the secret. `build()` comes before. */
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

  /** Starts it, again after `kill`, and waits until it serves. Answers how long that took, ms. */
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
        throw new Error(`It does not serve:\n${this.program.output}`);
      await sleep(25);
    }
  }

  /** As a crash or an orchestrator at the end of its patience would. */
  async kill(): Promise<void> {
    this.program?.kill('SIGKILL');
    await this.program?.result();
  }
}
