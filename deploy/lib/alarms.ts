import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  type ApplicationLoadBalancer,
  type ApplicationTargetGroup,
  HttpCodeElb,
  HttpCodeTarget,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { type Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, SERVICE_DIMENSION, SERVICE_METRICS } from './serviceMetrics';
import { type Valkey } from './valkey';

export interface AlarmsProps {
  balancer: ApplicationLoadBalancer;
  targets: ApplicationTargetGroup;
  service: FargateService;
  minTasks: number;
  valkey: Valkey;
  database: DatabaseInstance;
  databaseStorageGiB: number;
  consumerDeadLetters: Queue;
  /** The service's own settings, as the tasks get them. */
  environment: Readonly<Record<string, string>>;
  /** Whether the service asks a road router. */
  hasRouter: boolean;
  email: string | undefined;
}

interface Rule {
  metric: IMetric;
  above?: number;
  below?: number;
  /** Periods of the metric in a row, each of which must break the rule: minutes, unless the metric has another period. */
  minutes: number;
  missing?: TreatMissingData;
  description: string;
}

/** One metric of the service itself, over all processes, by the minute; `only` narrows it to one label's value. */
export function serviceMetric(
  metric: keyof typeof SERVICE_METRICS,
  statistic: string,
  only: Record<string, string> = {},
): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: SERVICE_METRICS[metric].name,
    dimensionsMap: { ...SERVICE_DIMENSION, ...only },
    statistic,
    period: Duration.minutes(1),
  });
}

/** The worst of a shard's nodes. ElastiCache counts by node, and a failover changes which one is the primary. */
export function shardMetric(valkey: Valkey, shard: number, metricName: string): MathExpression {
  const usingMetrics: Record<string, IMetric> = {};
  for (let node = 1; node <= valkey.nodesPerShard; node++) {
    usingMetrics[`shard${shard}node${node}`] = new Metric({
      namespace: 'AWS/ElastiCache',
      metricName,
      dimensionsMap: { CacheClusterId: `${valkey.replicationGroupId}-${fourDigits(shard)}-00${node}` },
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(1),
    });
  }
  return new MathExpression({
    expression: `MAX([${Object.keys(usingMetrics).join(',')}])`,
    usingMetrics,
    label: `shard ${shard}`,
    period: Duration.minutes(1),
  });
}

/** Every alarm has its section in docs/operations.md: what it means and what to do. */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  /** Known before the alarm exists: a deployment that sets it off is rolled back. */
  readonly serverErrorsName = `${Stack.of(this).stackName}-ServerErrors`;
  private readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'Journey service alarms', enforceSSL: true });
    // A topic has a policy by itself that lets its account's alarms publish. `enforceSSL` puts another in its place, and
    // then every alarm would rise in silence.
    this.topic.grants.publish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (props.email) this.topic.addSubscription(new EmailSubscription(props.email));

    this.watchRequests(props);
    this.watchProcesses(props);
    this.watchSweeps();
    if (props.hasRouter) this.watchRouter();
    this.watchEvents(props);
    this.watchValkey(props.valkey);
    this.watchDatabase(props);
    this.watchPrivacy();
  }

  private watchRequests({ balancer, targets }: AlarmsProps): void {
    const minute = { period: Duration.minutes(1) };
    this.add('ServerErrors', {
      metric: new MathExpression({
        // The balancer counts as requests only those for which it found a process. With no process left there is none
        // of these, and nothing but its own 5xx.
        expression: '100 * (FILL(own, 0) + FILL(balancer, 0)) / (FILL(requests, 0) + FILL(balancer, 0))',
        usingMetrics: {
          own: targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, minute),
          balancer: balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, minute),
          requests: balancer.metrics.requestCount({ ...minute, statistic: Stats.SUM }),
        },
        label: '5xx, % of requests',
        ...minute,
      }),
      above: 1,
      minutes: 3,
      description: 'More than 1 % of requests are answered with 5xx.',
    });
    this.add('SlowAnswers', {
      metric: targets.metrics.targetResponseTime({ ...minute, statistic: Stats.p(99) }),
      above: 0.5,
      minutes: 5,
      description: 'One answer in a hundred takes longer than 0.5 s.',
    });
    this.add('RejectedConnections', {
      metric: balancer.metrics.rejectedConnectionCount(minute),
      above: 0,
      minutes: 1,
      description: 'The balancer has reached its limit of connections.',
    });
  }

  private watchProcesses({ targets, minTasks }: AlarmsProps): void {
    const minute = { period: Duration.minutes(1) };
    this.add('UnhealthyProcesses', {
      metric: targets.metrics.unhealthyHostCount({ ...minute, statistic: Stats.MAXIMUM }),
      above: 0,
      minutes: 5,
      description: 'A process is not ready, and ECS has not replaced it.',
    });
    this.add('TooFewProcesses', {
      metric: targets.metrics.healthyHostCount({ ...minute, statistic: Stats.MINIMUM }),
      below: minTasks,
      minutes: 5,
      missing: TreatMissingData.BREACHING,
      description: 'Fewer processes serve than the least that the load needs.',
    });
    this.add('EventLoopDelay', {
      metric: serviceMetric('eventLoopDelaySeconds', Stats.MAXIMUM, { quantile: '0.99' }),
      above: 0.1,
      minutes: 5,
      description: 'A process is too busy to answer in time.',
    });
    this.add('MetricsSilent', {
      metric: serviceMetric('eventLoopDelaySeconds', Stats.SAMPLE_COUNT),
      below: 1,
      minutes: 5,
      missing: TreatMissingData.BREACHING,
      description: 'No process reports metrics: the alarms on them are blind.',
    });
    this.add('StoreDown', {
      metric: serviceMetric('storeDown', Stats.MAXIMUM),
      above: 0,
      minutes: 2,
      description: 'A process cannot use Redis or PostgreSQL, and answers 503 where it needs it.',
    });
    this.add('RedisErrors', {
      metric: serviceMetric('redisErrors', Stats.SUM),
      above: 60,
      minutes: 3,
      description: 'More than one call a second to Redis fails.',
    });
  }

  private watchSweeps(): void {
    this.add('DeadlinesOverdue', {
      metric: serviceMetric('deadlinesOverdue', Stats.MAXIMUM),
      above: 100,
      minutes: 5,
      description: 'Journeys past their deadline are not being ended.',
    });
    this.add('SweepLag', {
      metric: serviceMetric('sweepSeconds', Stats.AVERAGE),
      above: 5,
      minutes: 5,
      // A sweep that hangs or fails reports no time at all.
      missing: TreatMissingData.BREACHING,
      description:
        'A sweep takes longer than 5 s, or none ends: journeys are ended, and alerts raised, too late.',
    });
  }

  private watchRouter(): void {
    this.add('RouterAway', {
      metric: serviceMetric('routerAway', Stats.MAXIMUM),
      above: 0,
      minutes: 5,
      description:
        'A process gets no answers from the road router: ETAs are the estimates of the service itself.',
    });
  }

  private watchEvents({ consumerDeadLetters, environment }: AlarmsProps): void {
    const maxLength = outboxMaxLength(environment);
    this.add('OutboxLag', {
      metric: serviceMetric('outboxLagSeconds', Stats.MAXIMUM),
      above: 60,
      minutes: 5,
      description:
        'Events, durable records or lines of access_log have waited to be delivered for more than a minute.',
    });
    this.add('OutboxFull', {
      metric: serviceMetric('outboxFullestPartition', Stats.MAXIMUM),
      above: maxLength / 2,
      minutes: 1,
      description: `A partition holds half of the ${maxLength} undelivered changes (OUTBOX_MAX_LENGTH) beyond which the oldest are lost.`,
    });
    this.add('DeadRecords', {
      metric: serviceMetric('deadRecords', Stats.MAXIMUM),
      above: 0,
      minutes: 1,
      description:
        'PostgreSQL refuses durable records or lines of access_log, or no process knows their kind; they are dead letters.',
    });
    this.add('DeadEvents', {
      metric: serviceMetric('deadEvents', Stats.MAXIMUM),
      above: 0,
      minutes: 1,
      description: 'Events could not be delivered for 24 h and are dead letters.',
    });
    this.add('ConsumerDeadLetters', {
      metric: consumerDeadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      above: 0,
      minutes: 1,
      description: 'The example consumer has failed on an event five times.',
    });
  }

  private watchValkey(valkey: Valkey): void {
    for (let shard = 1; shard <= valkey.shards; shard++) {
      this.add(`RedisMemoryShard${shard}`, {
        metric: shardMetric(valkey, shard, 'DatabaseMemoryUsagePercentage'),
        above: 70,
        minutes: 5,
        description: 'A shard is filling up; when it is full, it refuses writes.',
      });
      this.add(`RedisCpuShard${shard}`, {
        metric: shardMetric(valkey, shard, 'EngineCPUUtilization'),
        above: 80,
        minutes: 5,
        description: "A shard's one command thread is near its limit.",
      });
      this.add(`RedisConnectionsShard${shard}`, {
        metric: shardMetric(valkey, shard, 'CurrConnections'),
        // ElastiCache refuses connections beyond 65,000 a node.
        above: 50_000,
        minutes: 5,
        description: 'A shard is near its limit of connections.',
      });
    }
  }

  private watchDatabase({ database, databaseStorageGiB }: AlarmsProps): void {
    const minute = { period: Duration.minutes(1) };
    this.add('DatabaseCpu', {
      metric: database.metricCPUUtilization({ ...minute, statistic: Stats.AVERAGE }),
      above: 80,
      minutes: 10,
      description: 'PostgreSQL is near its limit.',
    });
    this.add('DatabaseStorage', {
      metric: database.metricFreeStorageSpace({ ...minute, statistic: Stats.MINIMUM }),
      below: databaseStorageGiB * 0.15 * 1024 ** 3,
      minutes: 10,
      description: "PostgreSQL's disk is filling up faster than it grows by itself.",
    });
    this.add('DatabaseMemory', {
      metric: database.metricFreeableMemory({ ...minute, statistic: Stats.MINIMUM }),
      below: 256 * 1024 ** 2,
      minutes: 10,
      description: 'PostgreSQL runs out of memory: too many connections, as a rule.',
    });
  }

  private watchPrivacy(): void {
    this.add('AccessLogLag', {
      metric: serviceMetric('accessLogLagSeconds', Stats.MAXIMUM),
      above: 300,
      minutes: 5,
      description: 'A process could not hand reads by operators and services over to Redis for 5 min.',
    });
    this.add('AccessLogLost', {
      metric: serviceMetric('accessLogLost', Stats.SUM),
      above: 0,
      minutes: 1,
      description: 'Reads by operators and services have no line in access_log.',
    });
    this.add('RetentionStopped', {
      metric: serviceMetric('retentionTurns', Stats.SUM).with({ period: Duration.days(1) }),
      below: 1,
      // Two days: a turn comes a few minutes later each day, so that one day may have none.
      minutes: 2,
      missing: TreatMissingData.BREACHING,
      description: 'No process has deleted the records that are older than they may be kept.',
    });
  }

  private add(name: string, rule: Rule): void {
    const rising = rule.above !== undefined;
    const threshold = rule.above ?? rule.below;
    if (threshold === undefined) throw new Error(`Alarm ${name} has no threshold`);
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${rule.description} What to do: docs/operations.md, "${name.replace(/Shard\d+$/, '')}".`,
      metric: rule.metric,
      threshold,
      comparisonOperator: rising
        ? ComparisonOperator.GREATER_THAN_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: rule.minutes,
      treatMissingData: rule.missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    this.all.push(alarm);
  }
}

/** What the service takes where the setting is missing; a test compares it with the service's own default. */
const DEFAULT_OUTBOX_MAX_LENGTH = '100000';

function outboxMaxLength({
  OUTBOX_MAX_LENGTH = DEFAULT_OUTBOX_MAX_LENGTH,
}: AlarmsProps['environment']): number {
  if (!/^\d+$/.test(OUTBOX_MAX_LENGTH)) {
    throw new Error('environment: OUTBOX_MAX_LENGTH is not a whole number: use one from 100 to 10000000');
  }
  return Number(OUTBOX_MAX_LENGTH);
}

function fourDigits(shard: number): string {
  return String(shard).padStart(4, '0');
}
