import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { EventDetail } from '../../src/events/eventKinds';
import { schemaViolation } from './eventSchemas';

/**
 * A fault that affects a whole call. `error`, `throttle`, `cut`, `hang`: no entry is accepted. `loseReply`: the entries
 * are accepted, then the connection is cut.
 */
export type CallFault = 'error' | 'throttle' | 'cut' | 'hang' | 'loseReply';

/** An entry that the bus accepted. */
export interface BusDelivery {
  readonly bus: string;
  readonly source: string;
  readonly type: string;
  /** ISO-8601. */
  readonly time: string;
  readonly detail: EventDetail;
  readonly traceHeader: string | undefined;
}

export interface BusCall {
  /** Monotonic clock, ms. */
  readonly at: number;
  readonly eventIds: readonly string[];
  readonly fault: CallFault | null;
  /** The AWS region that the call was signed for. */
  readonly region: string;
}

interface WireEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Time: number;
  readonly Detail: string;
  readonly TraceHeader?: string;
}

/** The real bus's limit of entries per call. */
const MAX_ENTRIES = 10;

/**
 * A stand-in for EventBridge at the HTTP level (AWS JSON 1.1, the action PutEvents), used through the real
 * SDK. It records what it receives, and fails as configured. An event that violates its schema fails the test that stops
 * the stand-in.
 */
export class EventBridgeStandIn {
  /** The accepted entries in the order of their arrival, repetitions included. */
  readonly deliveries: BusDelivery[] = [];
  readonly calls: BusCall[] = [];
  private readonly violations = new Set<string>();
  /** Returns the fault of each call; the calls are numbered from 0. */
  callFault: (call: number, eventIds: readonly string[]) => CallFault | null = () => null;
  /** Returns the error code that rejects an entry, or null to accept it. */
  entryFault: (detail: EventDetail) => string | null = () => null;
  /** How long each answer takes, ms. */
  latencyMs = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<EventBridgeStandIn> {
    const server = createServer();
    const bus = new EventBridgeStandIn(server);
    server.on('request', (request, response) => void bus.serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return bus;
  }

  /** The variables that make the SDK use this stand-in. */
  get environment(): Readonly<Record<string, string>> {
    const { port } = this.server.address() as AddressInfo;
    return {
      AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'stand-in',
      AWS_SECRET_ACCESS_KEY: 'stand-in',
    };
  }

  /** The event ids of the accepted entries in the order of their arrival, repetitions included. */
  get eventIds(): string[] {
    return this.deliveries.map(({ detail }) => detail.eventId);
  }

  /** @throws Error when an event that came did not fit its schema. */
  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
    if (this.violations.size > 0)
      throw new Error(`Events that violate their schema:\n${[...this.violations].join('\n')}`);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => null);
    if (body === null) return;
    if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents' || !request.headers.authorization) {
      refuse(response, 400, 'UnknownOperationException');
      return;
    }
    const { Entries: entries } = JSON.parse(body) as { Entries: WireEntry[] };
    const received = entries.map((entry) => ({
      bus: entry.EventBusName,
      source: entry.Source,
      type: entry.DetailType,
      time: new Date(entry.Time * 1000).toISOString(),
      detail: JSON.parse(entry.Detail) as EventDetail,
      traceHeader: entry.TraceHeader,
    }));
    for (const { type, detail } of received) {
      const violation = schemaViolation(type, detail);
      if (violation) this.violations.add(violation);
    }
    const eventIds = received.map(({ detail }) => detail.eventId);
    const fault = this.callFault(this.calls.length, eventIds);
    const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization)?.[1] ?? '';
    this.calls.push({ at: performance.now(), eventIds, fault, region });
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));

    if (fault === 'hang') return;
    if (fault === 'cut') return void request.socket.destroy();
    if (fault === 'error') return refuse(response, 500, 'InternalException');
    if (fault === 'throttle') return refuse(response, 400, 'ThrottlingException');
    if (entries.length === 0 || entries.length > MAX_ENTRIES)
      return refuse(response, 400, 'ValidationException');

    const results = received.map((delivery) => {
      const errorCode = this.entryFault(delivery.detail);
      if (errorCode) return { ErrorCode: errorCode, ErrorMessage: 'refused by the stand-in' };
      this.deliveries.push(delivery);
      return { EventId: randomUUID() };
    });
    if (fault === 'loseReply') return void request.socket.destroy();
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    answer(response, 200, { FailedEntryCount, Entries: results });
  }
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse, status: number, type: string): void {
  answer(response, status, { __type: type, message: 'refused by the stand-in' });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  });
  response.end(JSON.stringify(body));
}
