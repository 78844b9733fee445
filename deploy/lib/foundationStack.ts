import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { Cluster, ContainerInsights } from 'aws-cdk-lib/aws-ecs';
import { type Construct } from 'constructs';
import { JourneyEventBus } from './eventBus';
import { readEventSchemas } from './eventSchemas';
import { Network } from './network';
import { Postgres } from './postgres';
import { PushTexts } from './pushTexts';
import { type Settings } from './settings';
import { TokenSecrets } from './tokenSecrets';
import { Valkey } from './valkey';

export interface FoundationStackProps extends StackProps {
  settings: Settings;
}

/** Everything that outlives a release, and that a failed release must never roll back. */
export class FoundationStack extends Stack {
  readonly network: Network;
  readonly cluster: Cluster;
  readonly valkey: Valkey;
  readonly postgres: Postgres;
  readonly eventBus: JourneyEventBus;
  readonly pushTexts: PushTexts;
  /** Also exists when tokens are checked against a JWKS: what the service's stack still uses can't be removed here. */
  readonly tokenSecrets: TokenSecrets;

  constructor(scope: Construct, id: string, props: FoundationStackProps) {
    super(scope, id, props);
    const { sizing, jwksUrl, router, createEventBus, databaseClients } = props.settings;

    this.network = new Network(this, 'Network', {
      internetAccess: jwksUrl !== undefined || router?.kind === 'osrm',
      amazonRoutes: router?.kind === 'amazon',
    });
    const place = {
      vpc: this.network.vpc,
      subnets: this.network.storeSubnets,
      clients: this.network.taskSecurityGroup,
    };
    this.valkey = new Valkey(this, 'Valkey', {
      ...place,
      nodeType: sizing.valkeyNodeType,
      shards: sizing.valkeyShards,
    });
    this.postgres = new Postgres(this, 'Postgres', {
      ...place,
      instanceType: sizing.databaseInstanceType,
      storageGiB: sizing.databaseStorageGiB,
      otherClients: databaseClients,
    });
    this.eventBus = new JourneyEventBus(this, 'Events', {
      createBus: createEventBus,
      schemas: readEventSchemas(),
    });
    this.pushTexts = new PushTexts(this, 'PushTexts', { bus: this.eventBus.bus });
    this.tokenSecrets = new TokenSecrets(this, 'TokenSecrets');
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: this.network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });

    new CfnOutput(this, 'VpcId', { value: this.network.vpc.vpcId });
    new CfnOutput(this, 'DatabaseAddress', {
      description: 'For the clients of the setting databaseClients',
      value: this.postgres.instance.instanceEndpoint.socketAddress,
    });
    new CfnOutput(this, 'DatabaseOwnerSecret', { value: this.postgres.ownerSecret.secretArn });
    new CfnOutput(this, 'DatabaseServiceSecret', { value: this.postgres.serviceSecret.secretArn });
  }

  /**
   * The region's first three zones, chosen during the deployment. CDK's own choice asks AWS during synthesis, or takes two
   * zones when it may not ask. This keeps `cdk synth` offline.
   */
  override get availabilityZones(): string[] {
    return [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs()));
  }
}
