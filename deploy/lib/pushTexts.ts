import { Duration } from 'aws-cdk-lib';
import { type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import path from 'node:path';
import { EVENT_SOURCE } from './eventBus';

/** The events that have a text. */
const EVENT_TYPES = ['TrainerJourneyStarted', 'TrainerJourneyStageReached'];
const FUNCTION_TIMEOUT = Duration.seconds(30);

/**
 * An example of a consumer, to copy: a rule puts events on a queue, and a function turns them into push texts on a
 * topic, for whatever sends pushes to the students' phones. Nothing of the service waits for it.
 */
export class PushTexts extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: { bus: IEventBus }) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Events', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      // AWS advises six times the function's timeout, so that a throttled call does not use up the five tries.
      visibilityTimeout: Duration.seconds(6 * FUNCTION_TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    new Rule(this, 'Rule', {
      eventBus: props.bus,
      description: 'Journeys that started or came nearer',
      eventPattern: { source: [EVENT_SOURCE], detailType: EVENT_TYPES },
      targets: [
        new SqsQueue(queue, {
          deadLetterQueue: this.deadLetters,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });

    const topic = new Topic(this, 'Topic', {
      displayName: 'Push texts of journeys',
      fifo: true,
      enforceSSL: true,
      masterKey: Alias.fromAliasName(this, 'TopicKey', 'alias/aws/sns'),
    });
    const logGroup = new LogGroup(this, 'Logs', { retention: RetentionDays.ONE_MONTH });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    topic.grantPublish(role);
    const consumer = new LambdaFunction(this, 'Function', {
      description: 'Turns stages of journeys into push texts',
      // Its AWS SDK is the runtime's own, so the function is nothing but the compiled files of consumer/.
      runtime: Runtime.NODEJS_24_X,
      code: Code.fromAsset(path.join(__dirname, '../consumer')),
      handler: 'handler.handler',
      environment: { PUSH_TOPIC_ARN: topic.topicArn },
      timeout: FUNCTION_TIMEOUT,
      memorySize: 256,
      role,
      logGroup,
    });
    consumer.addEventSource(
      new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 10 }),
    );
  }
}
