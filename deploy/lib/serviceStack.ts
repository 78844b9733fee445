import {
  CfnOutput,
  CfnParameter,
  Duration,
  RemovalPolicy,
  Stack,
  type StackProps,
  Validations,
} from 'aws-cdk-lib';
import {
  AlarmBehavior,
  AvailabilityZoneRebalancing,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
} from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Construct } from 'constructs';
import { acknowledgeTaskFindings } from './acknowledgeTasks';
import { Alarms } from './alarms';
import { addDashboard } from './dashboard';
import { type FoundationStack } from './foundationStack';
import { addMetricsCollector, COLLECTOR_CPU } from './metricsCollector';
import { SERVICE_PORT } from './network';
import { type RegistryStack } from './registryStack';
import { METRICS_PORT } from './serviceMetrics';
import { type Settings } from './settings';
import { entryPointWith, imageByTag, serviceEnvironment, serviceSecrets } from './taskImage';

export interface ServiceStackProps extends StackProps {
  settings: Settings;
  registry: RegistryStack;
  foundation: FoundationStack;
}

/** What a release changes: the balancer, the processes behind it, alarms and dashboard. */
export class ServiceStack extends Stack {
  readonly task: FargateTaskDefinition;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { foundation, settings } = props;

    this.task = this.taskDefinition(props);
    const { balancer, targets } = this.balancer(foundation);
    const service = this.service(foundation);
    service.attachToApplicationTargetGroup(targets);

    const { minTasks, maxTasks, targetCpuPercent, requestsPerSecondPerTask } = settings.sizing;
    const scaling = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
    // Scales out within a minute and in slowly: a refused phone costs more than a surplus process for ten minutes.
    const cooldowns = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.minutes(10) };
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: targetCpuPercent, ...cooldowns });
    scaling.scaleOnRequestCount('Requests', {
      targetGroup: targets,
      requestsPerTarget: requestsPerSecondPerTask * 60,
      ...cooldowns,
    });

    const alarms = new Alarms(this, 'Alarms', {
      balancer,
      targets,
      service,
      minTasks,
      valkey: foundation.valkey,
      database: foundation.postgres.instance,
      databaseStorageGiB: settings.sizing.databaseStorageGiB,
      consumerDeadLetters: foundation.pushTexts.deadLetters,
      environment: settings.environment,
      hasRouter: settings.router !== undefined,
      email: settings.alarmEmail,
    });
    // By name: the alarm reads the service's balancer, so a reference would be circular.
    service.enableDeploymentAlarms([alarms.serverErrorsName], { behavior: AlarmBehavior.ROLLBACK_ON_ALARM });
    addDashboard(this, {
      balancer,
      targets,
      service,
      valkey: foundation.valkey,
      database: foundation.postgres.instance,
      hasRouter: settings.router !== undefined,
      alarms,
    });

    new CfnOutput(this, 'TaskDefinition', {
      description: 'To run another program of the image once, with the same stores',
      value: this.task.taskDefinitionArn,
    });
    new CfnOutput(this, 'Address', {
      description: 'Point the host name of the certificate here (alias or CNAME)',
      value: balancer.loadBalancerDnsName,
    });
  }

  private taskDefinition({ registry, foundation, settings }: ServiceStackProps): FargateTaskDefinition {
    const task = new FargateTaskDefinition(this, 'Task', {
      family: 'journey-service',
      cpu: settings.sizing.taskCpu,
      memoryLimitMiB: settings.sizing.taskMemoryMiB,
    });
    const logs = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const container = task.addContainer('service', {
      image: imageByTag(this, registry.serviceImages),
      // A container without shares of its own gets the minimum, which is less than the collector has.
      cpu: settings.sizing.taskCpu - COLLECTOR_CPU,
      entryPoint: entryPointWith(['DATABASE_URL', 'REDIS_URL']),
      command: ['dist/main.js'],
      environment: {
        ...serviceEnvironment(foundation, settings),
        AWS_REGION: this.region,
        HOST: '0.0.0.0',
        PORT: String(SERVICE_PORT),
        METRICS_PORT: String(METRICS_PORT),
      },
      secrets: serviceSecrets(foundation, settings),
      readonlyRootFilesystem: true,
      portMappings: [{ containerPort: SERVICE_PORT }],
      // ECS stops a task in steps: the balancer stops using it (the deregistration delay), then ECS sends SIGTERM, and
      // SIGKILL after this time, which is longer than a request may take, so that none is cut off.
      stopTimeout: Duration.seconds(30),
      healthCheck: {
        // Asks whether the process is alive. Whether it is ready matters to the balancer: an outage of a store must not
        // kill every process.
        command: [
          'CMD',
          'node',
          '-e',
          `fetch('http://127.0.0.1:${SERVICE_PORT}/health/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`,
        ],
        interval: Duration.seconds(30),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(60),
      },
      logging: LogDrivers.awsLogs({ streamPrefix: 'service', logGroup: logs }),
    });
    task.defaultContainer = container;
    addMetricsCollector(task, { images: registry.collectorImages, logGroup: logs });

    // The service may do nothing else in AWS.
    foundation.eventBus.bus.grantPutEventsTo(task.taskRole);
    if (settings.router?.kind === 'amazon') {
      task.addToTaskRolePolicy(
        new PolicyStatement({
          actions: ['geo-routes:CalculateRoutes'],
          // The provider is Amazon's own, so its ARN has no account.
          resources: [
            this.formatArn({
              service: 'geo-routes',
              account: '',
              resource: 'provider',
              resourceName: 'default',
            }),
          ],
        }),
      );
    }
    acknowledgeTaskFindings(task);
    return task;
  }

  private balancer({ network }: FoundationStack) {
    const certificate = new CfnParameter(this, 'CertificateArn', {
      type: 'String',
      description: 'ARN of the ACM certificate of the public host name, in this region',
      allowedPattern: 'arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+',
    });
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc: network.vpc,
      internetFacing: true,
      securityGroup: network.balancerSecurityGroup,
      vpcSubnets: { subnetGroupName: 'balancer' },
      // Less than the service's keep-alive (72 s): the balancer closes an idle connection first, and so never sends a
      // request on one that the service is closing, which would be a 502.
      idleTimeout: Duration.seconds(60),
      http2Enabled: true,
      dropInvalidHeaderFields: true,
      deletionProtection: true,
    });
    Validations.of(balancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason:
        "Access logs hold each request's whole address with its query string: on GET polls the ids of who waits for " +
        'whom. The service logs each request without it. Can be turned on for an investigation (docs/operations.md).',
    });

    const targets = new ApplicationTargetGroup(this, 'Targets', {
      vpc: network.vpc,
      targetType: TargetType.IP,
      protocol: ApplicationProtocol.HTTP,
      port: SERVICE_PORT,
      // Requests take milliseconds; 15 s are for those that arrive over a bad mobile network.
      deregistrationDelay: Duration.seconds(15),
      healthCheck: {
        path: '/health/ready',
        healthyHttpCodes: '200',
        interval: Duration.seconds(5),
        timeout: Duration.seconds(3),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
    // Every process can serve every request, so the one with the fewest in flight gets the next.
    targets.setAttribute('load_balancing.algorithm.type', 'least_outstanding_requests');

    const https = balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [{ certificateArn: certificate.valueAsString }],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      defaultTargetGroups: [targets],
      open: false,
    });
    // On every response, also the balancer's own: a browser that has seen one never uses plain HTTP again.
    https.setAttribute(
      'routing.http.response.strict_transport_security.header_value',
      'max-age=31536000; includeSubDomains',
    );
    balancer.addListener('Http', {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
      open: false,
    });
    return { balancer, targets };
  }

  private service({ cluster, network }: FoundationStack): FargateService {
    return new FargateService(this, 'Service', {
      cluster,
      taskDefinition: this.task,
      // No desiredCount: each deployment would set the service back to it, even during a rush. The scaling raises the
      // count to the minimum at once.
      vpcSubnets: network.taskSubnets,
      securityGroups: [network.taskSecurityGroup],
      assignPublicIp: false,
      // Never fewer processes than needed: a new one serves before an old one stops.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      circuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
      enableECSManagedTags: true,
    });
  }
}
