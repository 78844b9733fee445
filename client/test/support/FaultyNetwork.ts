import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * `cut`: the connection breaks before the service receives anything. `loseAnswer`: the service did it, and the client does not
 * learn so. `hang`: nothing ever comes. `gatewayPage`: a balancer's own 503, not GraphQL. `delayMs`: the answer is held back.
 * `body`: an answer from before, as a process that lags behind gives it.
 */
export type Fault = 'cut' | 'loseAnswer' | 'hang' | 'gatewayPage' | { delayMs: number } | { body: string };

export interface SeenRequest {
  readonly operation: string;
  readonly variables: Record<string, unknown>;
  /** As it was sent; undefined: by its hash alone. */
  readonly query: string | undefined;
  readonly sha256Hash: string | undefined;
  readonly atMs: number;
  /** The body of what came back, once it has. */
  answer: string;
}

/** The way between a phone and the service: real HTTP, with real breaks. */
export class FaultyNetwork {
  readonly requests: SeenRequest[] = [];
  /** Asked for each request. */
  fault: (request: SeenRequest) => Fault | null = () => null;
  inFlight = 0;
  /** The most requests that were in flight at once. */
  maxAtOnce = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  static async to(target: string): Promise<FaultyNetwork> {
    const server = createServer();
    const network = new FaultyNetwork(server, target);
    server.on('request', (request, response) => void network.pass(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/graphql`;
  }

  of(operation: string): SeenRequest[] {
    return this.requests.filter((request) => request.operation === operation);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.inFlight += 1;
    this.maxAtOnce = Math.max(this.maxAtOnce, this.inFlight);
    response.once('close', () => (this.inFlight -= 1));
    const body = await textOf(incoming).catch(() => null);
    if (body === null) return;
    const seen = seenIn(incoming, body);
    this.requests.push(seen);
    const fault = this.fault(seen);
    if (fault === 'hang') return;
    if (fault === 'cut') return void incoming.socket.destroy();
    if (fault === 'gatewayPage') {
      response
        .writeHead(503, { 'content-type': 'text/html', 'retry-after': '1' })
        .end('<h1>Unavailable</h1>');
      return;
    }
    if (typeof fault === 'object' && fault && 'body' in fault) {
      response.writeHead(200, { 'content-type': 'application/graphql-response+json' }).end(fault.body);
      return;
    }
    const outgoing = httpRequest(this.target + (incoming.url?.slice('/graphql'.length) ?? ''), {
      method: incoming.method,
      headers: { ...incoming.headers, host: new URL(this.target).host },
    });
    outgoing.on('error', () => incoming.socket.destroy());
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response').catch(() => [])) as [IncomingMessage?];
    if (!answer) return;
    const text = await textOf(answer).catch(() => null);
    if (text === null || fault === 'loseAnswer') return void incoming.socket.destroy();
    if (fault) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    seen.answer = text;
    response.writeHead(answer.statusCode!, answer.headers).end(text);
  }
}

function seenIn(request: IncomingMessage, body: string): SeenRequest {
  const search = new URL(request.url!, 'http://localhost').searchParams;
  const sent = body
    ? JSON.parse(body)
    : {
        operationName: search.get('operationName'),
        query: search.get('query') ?? undefined,
        variables: JSON.parse(search.get('variables') ?? '{}'),
        extensions: JSON.parse(search.get('extensions') ?? '{}'),
      };
  return {
    operation: sent.operationName,
    variables: sent.variables,
    query: sent.query,
    sha256Hash: sent.extensions?.persistedQuery?.sha256Hash,
    atMs: Date.now(),
    answer: '',
  };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
