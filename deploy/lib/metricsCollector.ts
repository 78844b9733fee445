import { Duration } from 'aws-cdk-lib';
import { type IRepository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage, type FargateTaskDefinition, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import { type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { METRICS_NAMESPACE, METRICS_PORT, SERVICE_DIMENSION, SERVICE_METRICS } from './serviceMetrics';

/** Tag of public.ecr.aws/aws-observability/aws-otel-collector, copied into the repository of our own. */
export const COLLECTOR_TAG = 'v0.45.1';

/** CPU shares: of the task's, what the collector gets when both want all of it. */
export const COLLECTOR_CPU = 64;

/**
 * A container beside each process that reads its `/metrics` and hands CloudWatch what the alarms need.
 *
 * Why like this: metrics stay Prometheus, so the same image works anywhere. A container in the task reaches
 * 127.0.0.1 and needs no discovery and no open port. The collector writes the embedded metric format to its standard
 * output, and ECS's log driver, which has its own role, brings it to CloudWatch Logs, where metrics are taken from
 * it: so the task's role, which the service shares with each container of its task, may put events on the bus
 * and nothing else. It is not essential: a collector that dies must not take a serving process with it; an alarm
 * rings when metrics stop coming. For the same reason it has few CPU shares beside the service.
 *
 * CloudWatch keeps of a Prometheus histogram its sum and count only. For percentiles by operation send the same scrape
 * to Amazon Managed Service for Prometheus (`prometheusremotewrite` in this configuration) and use Grafana.
 */
export function addMetricsCollector(
  task: FargateTaskDefinition,
  props: { images: IRepository; logGroup: ILogGroup },
): void {
  task.addContainer('collector', {
    image: ContainerImage.fromEcrRepository(props.images, COLLECTOR_TAG),
    essential: false,
    // ECS starts again by itself what the task does not end for.
    enableRestartPolicy: true,
    readonlyRootFilesystem: true,
    cpu: COLLECTOR_CPU,
    memoryLimitMiB: 256,
    stopTimeout: Duration.seconds(30),
    environment: {
      // YAML 1.2 holds JSON.
      AWS_OTEL_CONFIG_CONTENT: JSON.stringify(collectorConfiguration()),
    },
    healthCheck: {
      command: ['CMD', '/healthcheck'],
      interval: Duration.seconds(30),
      timeout: Duration.seconds(5),
    },
    logging: LogDrivers.awsLogs({ streamPrefix: 'metrics', logGroup: props.logGroup }),
  });
}

export function collectorConfiguration(): object {
  const metrics = Object.values(SERVICE_METRICS);
  return {
    extensions: { health_check: {} },
    receivers: {
      prometheus: {
        config: {
          scrape_configs: [
            {
              job_name: 'journey-service',
              scrape_interval: '30s',
              static_configs: [{ targets: [`127.0.0.1:${METRICS_PORT}`], labels: SERVICE_DIMENSION }],
              // Node's own metrics are for Grafana; CloudWatch charges for each.
              metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'journey_.*', action: 'keep' }],
            },
          ],
        },
      },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: 180 },
      // Counters and histograms count from the process's start; CloudWatch adds up what it gets, so it gets increases.
      cumulativetodelta: {},
      batch: {},
    },
    exporters: {
      awsemf: {
        namespace: METRICS_NAMESPACE,
        output_destination: 'stdout',
        dimension_rollup_option: 'NoDimensionRollup',
        metric_declarations: metrics.map(({ name, by }) => ({
          dimensions: [['service'], ...(by.length > 0 ? [['service', ...by]] : [])],
          metric_name_selectors: [`^${name}$`],
        })),
      },
    },
    service: {
      extensions: ['health_check'],
      pipelines: {
        metrics: {
          receivers: ['prometheus'],
          processors: ['memory_limiter', 'cumulativetodelta', 'batch'],
          exporters: ['awsemf'],
        },
      },
    },
  };
}
