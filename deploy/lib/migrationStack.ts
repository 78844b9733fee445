import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { FargateTaskDefinition, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Construct } from 'constructs';
import { acknowledgeTaskFindings } from './acknowledgeTasks';
import { type FoundationStack } from './foundationStack';
import { type RegistryStack } from './registryStack';
import { type Settings } from './settings';
import { databaseEnvironment, entryPointWith, imageByTag, migrationSecrets } from './taskImage';

export interface MigrationStackProps extends StackProps {
  settings: Settings;
  registry: RegistryStack;
  foundation: FoundationStack;
}

/** The same image as the service's, run once before it: `node dist/bin/migrate.js`. See release.sh. */
export class MigrationStack extends Stack {
  constructor(scope: Construct, id: string, props: MigrationStackProps) {
    super(scope, id, props);
    const { foundation, registry } = props;

    const task = new FargateTaskDefinition(this, 'Task', {
      family: 'journey-migration',
      cpu: 256,
      memoryLimitMiB: 1024,
    });
    task.addContainer('migrate', {
      image: imageByTag(this, registry.serviceImages),
      entryPoint: entryPointWith(['DATABASE_URL']),
      command: ['dist/bin/migrate.js'],
      environment: { NODE_ENV: 'production', ...databaseEnvironment(foundation) },
      secrets: migrationSecrets(foundation),
      readonlyRootFilesystem: true,
      logging: LogDrivers.awsLogs({
        streamPrefix: 'migrate',
        logGroup: new LogGroup(this, 'Logs', {
          retention: RetentionDays.ONE_YEAR,
          removalPolicy: RemovalPolicy.RETAIN,
        }),
      }),
    });
    acknowledgeTaskFindings(task);

    const { network, cluster } = foundation;
    const subnets = network.vpc.selectSubnets(network.taskSubnets).subnetIds;
    new CfnOutput(this, 'TaskDefinition', { value: task.taskDefinitionArn });
    new CfnOutput(this, 'Cluster', { value: cluster.clusterArn });
    new CfnOutput(this, 'Network', {
      description: 'For aws ecs run-task --network-configuration',
      value:
        `awsvpcConfiguration={subnets=[${subnets.join(',')}],` +
        `securityGroups=[${network.taskSecurityGroup.securityGroupId}],assignPublicIp=DISABLED}`,
    });
  }
}
