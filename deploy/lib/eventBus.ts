import { Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export const EVENT_BUS_NAME = 'application-events';
export const EVENT_SOURCE = 'journey-service';

/**
 * The bus and, as an example to copy, one consumer: a rule that puts the service's events on a queue. Delivery is at
 * least once, so a consumer drops what it has seen by `detail.eventId`, which is the same on every delivery.
 */
export class JourneyEvents extends Construct {
  readonly bus: IEventBus;
  readonly consumerQueue: Queue;
  readonly consumerDeadLetters: Queue;

  constructor(scope: Construct, id: string, props: { createBus: boolean }) {
    super(scope, id);
    this.bus = props.createBus
      ? new EventBus(this, 'Bus', { eventBusName: EVENT_BUS_NAME, description: 'Events of all applications' })
      : EventBus.fromEventBusName(this, 'Bus', EVENT_BUS_NAME);

    this.consumerDeadLetters = new Queue(this, 'ConsumerDeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.consumerQueue = new Queue(this, 'Consumer', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(60),
      deadLetterQueue: { queue: this.consumerDeadLetters, maxReceiveCount: 5 },
    });
    new Rule(this, 'ToConsumer', {
      eventBus: this.bus,
      description: 'Journeys that started and ended',
      eventPattern: { source: [EVENT_SOURCE], detailType: ['TrainerJourneyStarted', 'TrainerJourneyEnded'] },
      targets: [
        new SqsQueue(this.consumerQueue, {
          deadLetterQueue: this.consumerDeadLetters,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }
}
