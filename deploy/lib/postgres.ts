import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  InstanceType,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  ParameterGroup,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export const POSTGRES_PORT = 5432;
export const DATABASE_NAME = 'journey';

export interface PostgresProps {
  vpc: IVpc;
  subnets: SubnetSelection;
  clients: SecurityGroup;
  /** Other clients that may connect: ids of security groups, and addresses of networks. */
  otherClients: readonly string[];
  /** Without the `db.` in front. */
  instanceType: string;
  storageGiB: number;
}

/** Sessions and the durable records of journeys. Polls and updates of active journeys do not need it. */
export class Postgres extends Construct {
  readonly instance: DatabaseInstance;
  /** Of the owner of all tables, as whom the migration runs: JSON with username, password, host, port, dbname. */
  readonly ownerSecret: ISecret;
  /** Of the service: JSON with username and password. The migration creates the login (src/database/serviceLogin.ts). */
  readonly serviceSecret: ISecret;

  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id);
    // Only the major version: RDS takes its newest minor version, and a later minor upgrade is no drift.
    const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.of('18', '18') });
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Journey service: PostgreSQL',
      allowAllOutbound: false,
    });
    securityGroup.connections.allowFrom(props.clients, Port.tcp(POSTGRES_PORT), 'the tasks');
    for (const client of props.otherClients) {
      const peer = client.startsWith('sg-') ? Peer.securityGroupId(client) : Peer.ipv4(client);
      securityGroup.addIngressRule(peer, Port.tcp(POSTGRES_PORT), 'databaseClients');
    }

    this.instance = new DatabaseInstance(this, 'Instance', {
      engine,
      vpc: props.vpc,
      vpcSubnets: props.subnets,
      securityGroups: [securityGroup],
      instanceType: new InstanceType(props.instanceType),
      databaseName: DATABASE_NAME,
      // Without characters that would need to be escaped in a URL.
      credentials: Credentials.fromGeneratedSecret('journey', {
        excludeCharacters: ' %+~`#$&*()|[]{}:;<>?!\'/@"\\^=,.',
      }),
      parameterGroup: new ParameterGroup(this, 'Parameters', {
        engine,
        parameters: { 'rds.force_ssl': '1' },
      }),
      multiAz: true,
      storageType: StorageType.GP3,
      allocatedStorage: props.storageGiB,
      maxAllocatedStorage: props.storageGiB * 4,
      storageEncrypted: true,
      backupRetention: Duration.days(14),
      preferredBackupWindow: '01:00-01:30',
      preferredMaintenanceWindow: 'tue:03:00-tue:04:00',
      enablePerformanceInsights: true,
      autoMinorVersionUpgrade: true,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    if (!this.instance.secret)
      throw new Error('The database has no secret: its credentials were not generated');
    this.ownerSecret = this.instance.secret;
    this.serviceSecret = new Secret(this, 'ServiceLogin', {
      description: 'Journey service: its login in PostgreSQL',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: 'journey_service_a' }),
        generateStringKey: 'password',
        passwordLength: 64,
        excludePunctuation: true,
      },
    });

    Validations.of(this.instance).acknowledge(
      {
        id: 'AwsSolutions-RDS11',
        reason: 'Another port would hide nothing: security group, TLS and password guard it.',
      },
      {
        id: 'AwsSolutions-SMG4',
        reason:
          'Only the migration reads it, each time it runs, so it can be changed at any time (docs/operations.md). A ' +
          'rotation function would need access to the network, and would be one more process that has the password.',
      },
    );
    Validations.of(this.serviceSecret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Changed by hand, with two logins valid at a time (docs/operations.md): tasks read the secret when they ' +
        'start, so each change needs a restart of the tasks, which a rotation function would not do.',
    });
  }
}
