import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { type FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  type ApplicationLoadBalancer,
  type ApplicationTargetGroup,
  HttpCodeElb,
  HttpCodeTarget,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { type DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { type Construct } from 'constructs';
import { type Alarms, serviceMetric, shardMetric } from './alarms';
import { METRICS_NAMESPACE, SERVICE_METRICS } from './serviceMetrics';
import { type Valkey } from './valkey';

export interface DashboardProps {
  balancer: ApplicationLoadBalancer;
  targets: ApplicationTargetGroup;
  service: FargateService;
  valkey: Valkey;
  database: DatabaseInstance;
  /** Whether the service asks a road router. */
  hasRouter: boolean;
  alarms: Alarms;
}

/** In the order of a request: requests, processes, events, Redis, database. */
export function addDashboard(scope: Construct, props: DashboardProps): void {
  const { balancer, targets, service, valkey, database, alarms } = props;
  const minute = { period: Duration.minutes(1) };
  const shards = (metricName: string): IMetric[] =>
    Array.from({ length: valkey.shards }, (_, index) => shardMetric(valkey, index + 1, metricName));

  new Dashboard(scope, 'Dashboard', {
    dashboardName: 'journey-service',
    defaultInterval: Duration.hours(3),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.all, width: 24, height: 5 })],
      [
        graph(
          'Requests a minute; active journeys (right)',
          [balancer.metrics.requestCount({ ...minute, statistic: Stats.SUM })],
          [serviceMetric('active', Stats.MAXIMUM)],
        ),
        graph('5xx responses a minute', [
          targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { ...minute, color: Color.ORANGE }),
          balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { ...minute, color: Color.RED }),
        ]),
        graph(
          'Response time, s',
          [50, 99, 99.9].map((percentile) =>
            targets.metrics.targetResponseTime({
              ...minute,
              statistic: Stats.p(percentile),
              label: `p${percentile}`,
            }),
          ),
        ),
      ],
      [
        graph('Requests by operation and code', [byLabels('requests')]),
        graph('Processes', [
          targets.metrics.healthyHostCount({ ...minute, statistic: Stats.MINIMUM }),
          targets.metrics.unhealthyHostCount({ ...minute, statistic: Stats.MAXIMUM }),
        ]),
        graph('CPU and memory of the processes, %', [
          service.metricCpuUtilization(minute),
          service.metricMemoryUtilization(minute),
        ]),
      ],
      [
        graph(
          'Event-loop delay, s',
          ['0.5', '0.99', '1'].map((quantile) =>
            serviceMetric('eventLoopDelaySeconds', Stats.MAXIMUM, { quantile }).with({
              label: `quantile ${quantile}`,
            }),
          ),
        ),
        graph('Undelivered, and set aside', [
          ...['events', 'records', 'reads'].map((stream) =>
            serviceMetric('outboxDepth', Stats.MAXIMUM, { stream }).with({ label: stream }),
          ),
          serviceMetric('deadEvents', Stats.MAXIMUM),
          serviceMetric('deadRecords', Stats.MAXIMUM),
        ]),
        graph('Outbox lag, s; deadlines overdue', [
          serviceMetric('outboxLagSeconds', Stats.MAXIMUM),
          serviceMetric('deadlinesOverdue', Stats.MAXIMUM),
        ]),
      ],
      [
        graph(
          'Sweeps: mean, s; alert checks due (right)',
          [serviceMetric('sweepSeconds', Stats.AVERAGE)],
          [serviceMetric('alertChecksDue', Stats.MAXIMUM)],
        ),
        graph('Alerts raised and cleared a minute', [byLabels('alerts')]),
      ],
      ...(props.hasRouter ? [routerRow()] : []),
      [
        graph('Refused shares a minute', [byLabels('shareRefusals')]),
        graph(
          'Access log: lag until Redis has the reads, s; reads lost (right)',
          [serviceMetric('accessLogLagSeconds', Stats.MAXIMUM)],
          [serviceMetric('accessLogLost', Stats.SUM)],
        ),
        graph('Deletions of old records completed a day', [
          serviceMetric('retentionTurns', Stats.SUM).with({ period: Duration.days(1) }),
        ]),
      ],
      [
        graph('Redis: mean call, s', [serviceMetric('redisSeconds', Stats.AVERAGE)]),
        graph('Redis: errors a minute; a store is down', [
          serviceMetric('redisErrors', Stats.SUM),
          serviceMetric('storeDown', Stats.MAXIMUM),
        ]),
        graph('Redis: memory, %', shards('DatabaseMemoryUsagePercentage')),
      ],
      [
        graph('Redis: engine CPU, %', shards('EngineCPUUtilization')),
        graph('Redis: connections', shards('CurrConnections')),
        graph('PostgreSQL: CPU, %; connections', [
          database.metricCPUUtilization(minute),
          database.metricDatabaseConnections(minute),
        ]),
      ],
    ],
  });
}

function graph(title: string, left: IMetric[], right: IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, left, right, width: 8, height: 6 });
}

function routerRow(): GraphWidget[] {
  return [
    graph('Router: calls a minute by result', [byLabels('routerCalls')]),
    graph('Router: mean call, s; it is away', [
      serviceMetric('routerSeconds', Stats.AVERAGE),
      serviceMetric('routerAway', Stats.MAXIMUM),
    ]),
    graph('Router: mean age of the answer in use, s', [
      serviceMetric('routerAnswerAgeSeconds', Stats.AVERAGE),
    ]),
  ];
}

/** The values of the labels are not listed here: every one that the service reports is shown. */
function byLabels(metric: keyof typeof SERVICE_METRICS): MathExpression {
  const { name, by } = SERVICE_METRICS[metric];
  return new MathExpression({
    expression: `SEARCH('{${METRICS_NAMESPACE},service,${by.join(',')}} MetricName="${name}"', 'Sum', 60)`,
    usingMetrics: {},
    label: '',
    period: Duration.minutes(1),
  });
}
