import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

export interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface WireAnswer {
  readonly status: number;
  /** Headers and body as received. */
  readonly text: string;
  readonly body: string;
}

/** An HTTP client for requests that `fetch` would refuse to send. */
export class Wire {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(private readonly port: number) {}

  /** @throws when the connection breaks before the answer is complete */
  send({ method = 'POST', path = '/graphql', headers = {}, body }: WireRequest): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: this.port, agent: this.agent, method, path, headers, timeout: 20_000 },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.on('end', () =>
            resolve({
              status: answer.statusCode!,
              text: `${answer.rawHeaders.join('\n')}\n${text}`,
              body: text,
            }),
          );
          answer.on('error', reject);
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('No answer within 20 s')));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Sends bytes. Returns what arrived until the server closed the connection or was idle for `idleMs`. */
  raw(bytes: string | Buffer, idleMs = 300): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.setTimeout(idleMs, () => socket.destroy());
      socket.on('data', (data) => (text += data.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
