import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { type IVpc, Port, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnSubnetGroup,
  CfnUser,
  CfnUserGroup,
} from 'aws-cdk-lib/aws-elasticache';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export const VALKEY_PORT = 6379;
const USER_NAME = 'journey';

/**
 * What the service may do: use its own keys, and no command that Redis itself calls dangerous (FLUSHALL, KEYS, CONFIG,
 * SHUTDOWN …), except INFO, which a client needs while it connects, and what a cluster client needs.
 */
export const VALKEY_ACCESS =
  'on ~journey:* ~location:* ~session:* resetchannels +@all -@admin -@dangerous ' +
  '+info +cluster|slots +cluster|shards +cluster|nodes +cluster|info';

export interface ValkeyProps {
  vpc: IVpc;
  subnets: SubnetSelection;
  clients: SecurityGroup;
  nodeType: string;
  shards: number;
}

/**
 * All live state: journeys, locations, undelivered events. A cluster of shards, each a primary and a replica in
 * another zone.
 */
export class Valkey extends Construct {
  /** Also the names of the nodes: `<name>-0001-001` is the first node of the first shard. */
  readonly replicationGroupId = 'journey-service';
  readonly nodesPerShard = 2;
  readonly shards: number;
  readonly userName = USER_NAME;
  readonly endpoint: string;
  /** A plain string, without characters that would need to be escaped in a URL. */
  readonly password: Secret;

  constructor(scope: Construct, id: string, props: ValkeyProps) {
    super(scope, id);
    this.shards = props.shards;
    this.password = new Secret(this, 'Password', {
      description: 'Journey service: password of its Valkey user',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });

    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Journey service: Valkey',
      allowAllOutbound: false,
    });
    securityGroup.connections.allowFrom(props.clients, Port.tcp(VALKEY_PORT), 'the tasks');

    const user = new CfnUser(this, 'User', {
      engine: 'valkey',
      userId: USER_NAME,
      userName: USER_NAME,
      accessString: VALKEY_ACCESS,
      authenticationMode: { Type: 'password', Passwords: [resolved(this.password)] },
    });
    const users = new CfnUserGroup(this, 'Users', {
      engine: 'valkey',
      userGroupId: 'journey-service',
      userIds: [user.ref],
    });
    users.addResourceDependency(user);

    const parameters = new CfnParameterGroup(this, 'Parameters', {
      cacheParameterGroupFamily: 'valkey8',
      description: 'Journey service: live state, never evicted',
      properties: {
        'cluster-enabled': 'yes',
        // This is not a cache. Evicting a key would end a journey without its event, or lose an undelivered event,
        // and nobody would know. A full node refuses the write instead: callers get 503, and an alarm starts at 70 %.
        'maxmemory-policy': 'noeviction',
      },
    });
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      description: 'Journey service: Valkey',
      subnetIds: props.vpc.selectSubnets(props.subnets).subnetIds,
    });

    const group = new CfnReplicationGroup(this, 'Group', {
      replicationGroupId: this.replicationGroupId,
      replicationGroupDescription: 'Journey service: active journeys, locations, undelivered events',
      engine: 'valkey',
      engineVersion: '8.1',
      cacheNodeType: props.nodeType,
      clusterMode: 'enabled',
      numNodeGroups: props.shards,
      replicasPerNodeGroup: this.nodesPerShard - 1,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      port: VALKEY_PORT,
      cacheParameterGroupName: parameters.ref,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [securityGroup.securityGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      userGroupIds: [users.ref],
      autoMinorVersionUpgrade: true,
      // Early on Tuesday, when the fewest journeys are active.
      preferredMaintenanceWindow: 'tue:02:00-tue:03:00',
      // No snapshots: they would keep people's positions for days, although the keys expire after 300 s, and a
      // journey restored from yesterday is useless. The replica protects the data; the durable record is in PostgreSQL.
      snapshotRetentionLimit: 0,
      // No slow log either: it shows each command's arguments, positions among them.
    });
    group.addResourceDependency(users);
    // Without it another number of shards creates a new, empty cluster. It works only if nothing else of the
    // group changes in the same deployment (docs/operations.md).
    group.cfnOptions.updatePolicy = { useOnlineResharding: true };
    group.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.endpoint = group.attrConfigurationEndPointAddress;

    Validations.of(group).acknowledge(
      {
        id: 'AwsSolutions-AEC5',
        reason: 'Another port would hide nothing: security group, TLS and password guard it.',
      },
      {
        id: 'AwsSolutions-AEC6',
        reason:
          'The rule knows only AUTH tokens. Access is by a user group (RBAC): a password, and few commands and keys.',
      },
    );
    Validations.of(this.password).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Changed by hand, with two passwords valid at a time (docs/operations.md): tasks read it when they start, so a ' +
        'change without the restart that follows would cut the service off from its live state.',
    });
  }
}

/** A reference that CloudFormation resolves as it deploys: the template never holds the password. */
function resolved(secret: Secret): string {
  return SecretValue.secretsManager(secret.secretArn).unsafeUnwrap();
}
