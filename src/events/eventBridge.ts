import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

import type { JourneyChange } from '../domain/journey';
import { busEventOf } from './busEvent';
import type { DeliveryResult, Sink } from './ports';

/** The service refuses a call with more. */
export const MAX_ENTRIES_PER_CALL = 10;

export interface EventBridgeOptions {
  readonly busName: string;
  readonly connectTimeoutMs?: number;
  /** Of one try, until the answer begins. */
  readonly requestTimeoutMs?: number;
}

/**
 * Amazon EventBridge. Region, credentials and AWS_ENDPOINT_URL_EVENTBRIDGE are the SDK's own to find. At most
 * `MAX_ENTRIES_PER_CALL` changes a call.
 */
export class EventBridgeSink implements Sink {
  private readonly client: EventBridgeClient;
  private readonly busName: string;

  constructor({ busName, connectTimeoutMs = 2000, requestTimeoutMs = 5000 }: EventBridgeOptions) {
    this.busName = busName;
    this.client = new EventBridgeClient({
      // One more than the first: a kept-alive connection that the other side just closed. The rest is the relay's.
      maxAttempts: 2,
      requestHandler: {
        connectionTimeout: connectTimeoutMs,
        requestTimeout: requestTimeoutMs,
        // Without this the SDK logs a warning and goes on waiting.
        throwOnRequestTimeout: true,
      },
    });
  }

  async deliver(changes: readonly JourneyChange[], signal: AbortSignal): Promise<readonly DeliveryResult[]> {
    const Entries = changes.map((change) => {
      const { type, detail } = busEventOf(change);
      return {
        EventBusName: this.busName,
        Source: 'journey-service',
        DetailType: type,
        Time: new Date(detail.occurredAt),
        Detail: JSON.stringify(detail),
      };
    });
    const answer = await this.client.send(new PutEventsCommand({ Entries }), { abortSignal: signal });
    // The answers stand in the order of the entries. What has no id did not arrive, as far as anyone can tell.
    return changes.map((_, index) => {
      const entry = answer.Entries?.[index];
      if (entry?.EventId && !entry.ErrorCode) return { ok: true };
      return { ok: false, reason: entry?.ErrorCode ?? 'EventBridge gave no result for it' };
    });
  }

  close(): void {
    this.client.destroy();
  }
}
