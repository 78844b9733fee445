import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parseJourneyEvent } from './journeyEvent';
import { pushTextOf } from './pushText';

// Made once for each instance of the function, as Lambda advises: a warm start then has its connection already.
const sns = new SNSClient({});

/**
 * Turns the events on the queue into push texts on a FIFO topic. Both the bus and the queue deliver at least once. The
 * topic drops an eventId that it has seen within 5 minutes, and an older event makes no text, so a student gets each once.
 */
export async function handler({ Records: records }: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures = [];
  for (const { messageId, body } of records) {
    try {
      await tell(body);
    } catch (error) {
      // Only the kind of the error: a message names people.
      console.error(JSON.stringify({ messageId, error: error instanceof Error ? error.name : 'unknown' }));
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

async function tell(body: string): Promise<void> {
  const event = parseJourneyEvent(body);
  const text = pushTextOf(event, Date.now());
  if (!text) return;
  await sns.send(
    new PublishCommand({
      TopicArn: process.env.PUSH_TOPIC_ARN,
      Message: JSON.stringify(text),
      MessageGroupId: event.detail.journeyId,
      MessageDeduplicationId: event.detail.eventId,
    }),
  );
}
