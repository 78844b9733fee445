import { Stack, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** The service's HTTP port, inside the network only. */
export const SERVICE_PORT = 4000;

export interface NetworkProps {
  /** Whether tasks must reach hosts outside AWS: a JWKS endpoint, or a router. */
  internetAccess: boolean;
  /** Whether tasks call Amazon Location's routes. */
  amazonRoutes: boolean;
}

/**
 * Three zones. Tasks are in private subnets and reach AWS through VPC endpoints instead of NAT gateways: one component
 * less can fail, and a compromised process has few ways to send out what it finds. The endpoints accept only calls of
 * this account's principals, and the one of S3 returns only image layers. What is left are DNS queries to the VPC's
 * resolver (a Route 53 DNS Firewall closes that), and what the task's role may do: put events on the bus, and ask Amazon
 * Location for routes where it is the router. The cost is about the same: three NAT gateways, or five or six interface
 * endpoints in three zones, which carry no public traffic. With a JWKS endpoint or a router outside AWS there are NAT
 * gateways, one in each zone, so that losing a zone affects only that zone. Then every address on port 443 can be reached.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  /** For the balancer: the only thing that the internet reaches. */
  readonly balancerSecurityGroup: SecurityGroup;
  /** For every task, of the service and of the migration. */
  readonly taskSecurityGroup: SecurityGroup;
  readonly storeSubnets = { subnetGroupName: 'stores' };
  readonly taskSubnets = { subnetGroupName: 'tasks' };

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const taskSubnetType = props.internetAccess
      ? SubnetType.PRIVATE_WITH_EGRESS
      : SubnetType.PRIVATE_ISOLATED;
    this.vpc = new Vpc(this, 'Vpc', {
      maxAzs: 3,
      natGateways: props.internetAccess ? 3 : 0,
      subnetConfiguration: [
        { name: 'balancer', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        // 100,000 journeys may need some 60 tasks, and a deployment doubles them for a while: three subnets of 1,019 addresses are enough.
        { name: 'tasks', subnetType: taskSubnetType, cidrMask: 22 },
        { name: 'stores', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      flowLogs: {
        rejected: {
          destination: FlowLogDestination.toCloudWatchLogs(
            new LogGroup(this, 'FlowLogs', { retention: RetentionDays.ONE_MONTH }),
          ),
        },
      },
    });

    this.vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 }).addToPolicy(
      // The addresses are signed by ECR, so the principal does not belong to this account.
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [layerBucket(Stack.of(this))],
      }),
    );

    this.balancerSecurityGroup = new SecurityGroup(this, 'Balancer', {
      vpc: this.vpc,
      description: 'Journey service: the public balancer',
      allowAllOutbound: false,
    });
    this.taskSecurityGroup = new SecurityGroup(this, 'Tasks', {
      vpc: this.vpc,
      description: 'Journey service: the tasks',
      allowAllOutbound: false,
    });
    for (const port of [80, 443]) {
      this.balancerSecurityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'phones and browsers');
    }
    this.balancerSecurityGroup.connections.allowTo(
      this.taskSecurityGroup,
      Port.tcp(SERVICE_PORT),
      'requests',
    );
    // S3, which stores the image's layers, is reached by public addresses through the gateway endpoint.
    this.taskSecurityGroup.addEgressRule(
      Peer.anyIpv4(),
      Port.tcp(443),
      'AWS endpoints, image layers, JWKS, router',
    );

    const endpoints = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'Journey service: VPC endpoints',
      allowAllOutbound: false,
    });
    endpoints.connections.allowFrom(this.taskSecurityGroup, Port.tcp(443), 'AWS calls of the tasks');
    for (const [name, service] of Object.entries({
      EcrApi: InterfaceVpcEndpointAwsService.ECR,
      EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
      Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
      Secrets: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      Events: InterfaceVpcEndpointAwsService.EVENTBRIDGE,
      ...(props.amazonRoutes && { Routes: InterfaceVpcEndpointAwsService.LOCATION_SERVICE_ROUTE }),
    })) {
      const endpoint = this.vpc.addInterfaceEndpoint(name, {
        service,
        subnets: this.taskSubnets,
        securityGroups: [endpoints],
        // Otherwise CDK opens the endpoint to the whole VPC; the rule above admits only the tasks.
        open: false,
      });
      // An intruder could bring credentials of another account and send data there.
      endpoint.addToPolicy(
        new PolicyStatement({
          principals: [new AnyPrincipal()],
          actions: ['*'],
          resources: ['*'],
          conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this).account } },
        }),
      );
    }

    Validations.of(this.balancerSecurityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason:
        'The public API: phones and browsers come from any address. Only the balancer is open, on 80 and 443.',
    });
  }
}

/** The bucket in which ECR keeps the layers of a region's images. */
const layerBucket = ({ partition, region }: Stack): string =>
  `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`;
