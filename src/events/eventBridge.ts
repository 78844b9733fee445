import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

import type { Change } from '../domain/journey';
import { busEventOf } from './eventKinds';
import type { DeliveryResult, EventSink, TraceContext } from './ports';

/** PutEvents refuses a call with more. */
const MAX_ENTRIES_PER_CALL = 10;

export interface EventBridgeOptions {
  readonly busName: string;
  /** By itself the SDK reads AWS_REGION only, and the service also takes AWS_DEFAULT_REGION. */
  readonly region: string | undefined;
  readonly connectTimeoutMs?: number;
  /** Of one attempt, until the response begins. */
  readonly requestTimeoutMs?: number;
}

/** Amazon EventBridge. The SDK itself finds the credentials and AWS_ENDPOINT_URL_EVENTBRIDGE. */
export class EventBridgeSink implements EventSink {
  readonly maxBatchSize = MAX_ENTRIES_PER_CALL;
  readonly destination: EventSink['destination'];
  private readonly client: EventBridgeClient;

  constructor({ busName, region, connectTimeoutMs = 2000, requestTimeoutMs = 5000 }: EventBridgeOptions) {
    this.destination = { system: 'eventbridge', name: busName };
    this.client = new EventBridgeClient({
      ...(region !== undefined && { region }),
      // One retry, for a kept-alive connection that the other side just closed. The relay makes all other retries.
      maxAttempts: 2,
      requestHandler: {
        connectionTimeout: connectTimeoutMs,
        requestTimeout: requestTimeoutMs,
        // Without this the SDK logs a warning and goes on waiting.
        throwOnRequestTimeout: true,
      },
    });
  }

  async deliver(
    changes: readonly Change[],
    signal: AbortSignal,
    trace?: TraceContext,
  ): Promise<readonly DeliveryResult[]> {
    const Entries = changes.map((change) => {
      const { type, detail } = busEventOf(change);
      return {
        EventBusName: this.destination.name,
        Source: 'journey-service',
        DetailType: type,
        Time: new Date(detail.occurredAt),
        Detail: JSON.stringify(detail),
        ...(trace && { TraceHeader: trace.xrayHeader }),
      };
    });
    const output = await this.client.send(new PutEventsCommand({ Entries }), { abortSignal: signal });
    // The results have the order of the entries. One without an EventId must be taken as not delivered.
    return changes.map((_, index) => {
      const result = output.Entries?.[index];
      if (result?.EventId && !result.ErrorCode) return { ok: true };
      return { ok: false, reason: result?.ErrorCode ?? 'EventBridge gave no result for it' };
    });
  }

  close(): void {
    this.client.destroy();
  }
}
