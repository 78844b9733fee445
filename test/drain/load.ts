import { Agent, request } from 'node:http';

export interface LoadRequest {
  readonly token: string;
  readonly body: string;
}

/** Sends requests at a steady rate over kept-alive connections, whether or not they succeed, and counts the answers. */
export class Load {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 100 });
  private readonly timer: NodeJS.Timeout;
  private readonly pending = new Set<Promise<void>>();
  private readonly startedAt = performance.now();
  private due = 0;
  private sent = 0;
  /** The number of answers by status and code (`200 OK`), or by error message. */
  readonly answers = new Map<string, number>();

  constructor(
    private readonly port: number,
    perSecond: number,
    private readonly next: (index: number) => LoadRequest,
  ) {
    this.timer = setInterval(() => {
      this.due = Math.floor(((performance.now() - this.startedAt) / 1000) * perSecond);
      while (this.sent < this.due) this.send();
    }, 5);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.pending);
    this.agent.destroy();
  }

  private send(): void {
    const { token, body } = this.next(this.sent);
    this.sent += 1;
    const answered = new Promise<string>((resolve) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path: '/graphql',
          method: 'POST',
          agent: this.agent,
          timeout: 10_000,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            accept: 'application/graphql-response+json',
          },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.on('end', () => resolve(`${answer.statusCode} ${codeOf(text)}`));
          answer.on('error', (error) => resolve(error.message));
        },
      );
      outgoing.on('error', (error) => resolve(error.message));
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 10 s')));
      outgoing.end(body);
    }).then((outcome) => void this.answers.set(outcome, (this.answers.get(outcome) ?? 0) + 1));
    this.pending.add(answered);
    void answered.then(() => this.pending.delete(answered));
  }
}

function codeOf(text: string): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
    return errors?.[0]?.extensions.code ?? 'OK';
  } catch {
    return 'not JSON';
  }
}
