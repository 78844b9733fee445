import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

import type { JourneyService } from '../domain/journeyService';
import { ExecutionContext } from '../graphql/execution/apollo';
import type { Authenticator } from '../auth/authenticator';
import type { DocumentRegistry } from '../graphql/execution/documentRegistry';
import { createErrorLog } from '../graphql/execution/formatError';
import type { LoadShedder } from './loadShedding';
import { BODY_LIMIT_BYTES } from './limits';
import { errorBody } from './errors';
import type { RequestFields } from '../graphql/execution/requestFields';
import type { RequestLog } from './requestLog';
import type { RequestRate } from './requestRate';
import { answerShort, shortRequest, type ShortAnswer } from './compiledPath';

export interface FastPathOptions {
  readonly documents: DocumentRegistry;
  readonly authenticator: Authenticator;
  readonly journeys: JourneyService;
  readonly logger: Logger;
  readonly shedder: LoadShedder | null;
  readonly requestRate: RequestRate | null;
  /** Answers to browsers of other origins carry headers that the framework adds. */
  readonly takesOrigins: boolean;
  readonly requestId: (given: string | string[] | undefined) => string;
  readonly stopping: () => boolean;
  readonly report: RequestLog;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The bodies of requests that went on to Fastify after this lane had read them. */
type ReadBodies = WeakMap<IncomingMessage, Buffer>;

/**
 * The short way's own door, in front of Fastify: a POST of a known document by a user whose token is known, with
 * nothing unusual about it. That is nearly every request, and a framework's share of it would be a fifth of its
 * cost. Whatever is unusual, refused or broken goes on to Fastify and has its one wording there.
 */
export class FastPath {
  private readonly bodies: ReadBodies = new WeakMap();
  private readonly log;

  constructor(private readonly options: FastPathOptions) {
    this.log = createErrorLog(options.logger);
  }

  /** Wraps Fastify's handler. */
  inFrontOf(next: Handler): Handler {
    return (request, response) => {
      if (this.isUsual(request)) this.read(request, response, next);
      else next(request, response);
    };
  }

  /** Lets Fastify read again what this lane has read already. */
  handBodiesTo(fastify: FastifyInstance): void {
    fastify.addHook('preParsing', (request, _reply, payload, done) => {
      const body = this.bodies.get(request.raw);
      done(null, body ? Readable.from([body], { objectMode: false }) : payload);
    });
  }

  private isUsual({ method, url, headers, httpVersion }: IncomingMessage): boolean {
    const { shedder, takesOrigins, stopping } = this.options;
    return (
      method === 'POST' &&
      url === '/graphql' &&
      httpVersion === '1.1' &&
      headers['content-type'] === 'application/json' &&
      headers['content-encoding'] === undefined &&
      Number(headers['content-length']) <= BODY_LIMIT_BYTES &&
      !(takesOrigins && headers.origin !== undefined) &&
      !shedder?.isShedding &&
      !stopping()
    );
  }

  private read(request: IncomingMessage, response: ServerResponse, next: Handler): void {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      const requestId = this.options.requestId(request.headers['x-request-id']);
      const facts: RequestFields = { operation: '-', code: 'OK', path: 'compiled' };
      const handOn = (): void => {
        this.bodies.set(request, body);
        next(request, response);
      };
      const fail = (error: unknown): void => this.fail(response, error, { facts, requestId, startedAt });
      try {
        const admitted = this.admit(request, body, { facts, requestId });
        if (!admitted) return handOn();
        const { short, context, rateLimit } = admitted;
        answerShort(short, context, this.log)
          .then((answer) => {
            // Nothing was done.
            if (!answer) return handOn();
            this.send(response, answer, requestId, rateLimit);
            facts.code = answer.head.code;
            const ms = performance.now() - startedAt;
            this.options.report(facts, { requestId, status: answer.head.status, ms });
          })
          .catch(fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** What is to be executed, and for whom; undefined: Fastify is to answer. */
  private admit(
    request: IncomingMessage,
    body: Buffer,
    { facts, requestId }: { facts: RequestFields; requestId: string },
  ) {
    const { documents, authenticator, requestRate, journeys } = this.options;
    const short = shortRequest(
      { method: 'POST', headers: request.headers, body: parse(body), query: null },
      documents,
    );
    const viewer = short && authenticator.known(request.headers.authorization);
    if (!short || !viewer) return undefined;
    let rateLimit: string | undefined;
    try {
      rateLimit = requestRate?.take(viewer);
    } catch {
      return undefined;
    }
    facts.operation = short.document.label;
    return { short, context: new ExecutionContext(journeys, () => viewer, facts, requestId), rateLimit };
  }

  /** The fields' own errors are in the answer: this is a fault of the lane. */
  private fail(
    response: ServerResponse,
    error: unknown,
    { facts, requestId, startedAt }: { facts: RequestFields; requestId: string; startedAt: number },
  ): void {
    this.options.logger.error({ requestId, err: error }, 'A request failed with an internal error');
    if (response.headersSent) return void response.end();
    facts.code = 'INTERNAL_SERVER_ERROR';
    const head = { status: 500, retryAfter: undefined, code: facts.code };
    const body = JSON.stringify(errorBody(facts.code, head.status, 'The server failed. Try again later.'));
    this.send(response, { head, contentType: 'application/json; charset=utf-8', body }, requestId, undefined);
    this.options.report(facts, { requestId, status: head.status, ms: performance.now() - startedAt });
  }

  private send(
    response: ServerResponse,
    { head, contentType, body }: ShortAnswer,
    requestId: string,
    rateLimit: string | undefined,
  ): void {
    const headers = [
      'content-type',
      contentType,
      'cache-control',
      'no-store',
      'x-content-type-options',
      'nosniff',
      'x-request-id',
      requestId,
      'content-length',
      String(Buffer.byteLength(body)),
    ];
    if (rateLimit !== undefined) headers.push('ratelimit', rateLimit);
    if (head.retryAfter !== undefined) headers.push('retry-after', head.retryAfter);
    // 48 bytes: HTTP/1.1 keeps connections open without being told.
    response.removeHeader('connection');
    response.writeHead(head.status, headers);
    response.end(body);
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}
