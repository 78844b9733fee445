import { Duration } from 'aws-cdk-lib';
import { type IRepository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage, type FargateTaskDefinition, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import { type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { METRICS_NAMESPACE, METRICS_PORT, SERVICE_DIMENSION, SERVICE_METRICS } from './serviceMetrics';

/** Tag of public.ecr.aws/aws-observability/aws-otel-collector, copied into the deployment's own repository. */
export const COLLECTOR_TAG = 'v0.45.1';

/** The collector's part of the task's CPU shares when both containers want all of it. */
export const COLLECTOR_CPU = 64;

/**
 * A container beside each process that reads its `/metrics` and sends CloudWatch what the alarms need.
 *
 * The reasons: metrics stay in Prometheus' format, so the same image works anywhere. A container in the task reaches
 * 127.0.0.1 and needs no discovery and no open port. The collector writes the embedded metric format to its standard
 * output. ECS's log driver, which has its own role, sends that to CloudWatch Logs, which extracts the metrics. So the
 * task's role, which all containers of the task share, needs no right for them. The container is not essential: a
 * collector that dies must not end a serving process, and an alarm starts when metrics are missing. For the same reason
 * it has few CPU shares.
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
    // ECS restarts a container that is not essential.
    enableRestartPolicy: true,
    readonlyRootFilesystem: true,
    cpu: COLLECTOR_CPU,
    memoryLimitMiB: 256,
    stopTimeout: Duration.seconds(30),
    environment: {
      // JSON is valid YAML 1.2.
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
      // Counters and histograms count from the process's start. CloudWatch adds up what it gets, so it gets differences.
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
