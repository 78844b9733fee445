import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Capture, Match, type Template } from 'aws-cdk-lib/assertions';
import { readEventSchemas } from '../lib/eventSchemas';
import { loads, sizingFor } from '../lib/sizing';
import { repositoryRoot } from './repositoryRoot';
import { containers, templates } from './synthesized';

/** A program for `node -e`. */
const SHOW = `const { DATABASE_URL: database, REDIS_URL: redis, DATABASE_PASSWORD: password = null } = process.env;
  console.log(JSON.stringify({ database, redis, password, words: process.argv.slice(1) }))`;

const { registry, foundation, migration, service } = templates();
/** `cdk.json` holds true and false, the command line their words. */
const jwks = { jwksUrl: 'https://login.example.com/jwks.json' };
const osrm = { router: 'osrm+https://router.example.com' };
const amazon = templates({ router: 'amazon' });

describe('the network', () => {
  it('spans three zones and gives the tasks no way to the internet', () => {
    foundation.resourceCountIs('AWS::EC2::Subnet', 9);
    foundation.resourceCountIs('AWS::EC2::NatGateway', 0);
  });

  it('has a NAT gateway in each zone once a JWKS endpoint or a router must be reached', () => {
    for (const outside of [jwks, osrm]) {
      templates(outside).foundation.resourceCountIs('AWS::EC2::NatGateway', 3);
    }
  });

  it('reaches Amazon Location by an endpoint of its own, for this account alone and without a way to the internet', () => {
    const routes = {
      ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.geo.routes']] },
    };
    foundation.resourcePropertiesCountIs('AWS::EC2::VPCEndpoint', routes, 0);
    amazon.foundation.resourcePropertiesCountIs(
      'AWS::EC2::VPCEndpoint',
      {
        ...routes,
        PrivateDnsEnabled: true,
        PolicyDocument: {
          Statement: [
            Match.objectLike({
              Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
            }),
          ],
        },
      },
      1,
    );
    amazon.foundation.resourceCountIs('AWS::EC2::NatGateway', 0);
  });

  it('lets the tasks fetch image layers from S3, and call the other services for this account alone', () => {
    const policies = Object.values(foundation.findResources('AWS::EC2::VPCEndpoint')).map(
      ({ Properties }) => ({
        gateway: Properties.VpcEndpointType === 'Gateway',
        statements: Properties.PolicyDocument?.Statement,
      }),
    );
    assert.equal(policies.length, 6);
    for (const { gateway, statements } of policies) {
      assert.equal(statements?.length, 1);
      const [{ Action, Resource, Condition }] = statements;
      if (gateway) {
        assert.equal(Action, 's3:GetObject');
        assert.match(JSON.stringify(Resource), /s3:::prod-.*-starport-layer-bucket\/\*/);
      } else {
        assert.deepEqual(Condition, { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } });
      }
    }
  });

  it('is open to the world at the balancer only, on 80 and 443', () => {
    const open: number[] = [];
    for (const group of Object.values(foundation.findResources('AWS::EC2::SecurityGroup'))) {
      for (const rule of group.Properties.SecurityGroupIngress ?? []) {
        if (rule.CidrIp === '0.0.0.0/0') open.push(rule.FromPort);
      }
    }
    assert.deepEqual(open, [80, 443]);
    for (const rule of Object.values(foundation.findResources('AWS::EC2::SecurityGroupIngress'))) {
      assert.equal(rule.Properties.CidrIp, undefined);
    }
  });
});

describe('Valkey', () => {
  it('is a cluster with TLS, users, replicas in other zones, and no snapshot of positions', () => {
    foundation.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      Engine: 'valkey',
      ClusterMode: 'enabled',
      NumNodeGroups: 3,
      ReplicasPerNodeGroup: 1,
      MultiAZEnabled: true,
      AutomaticFailoverEnabled: true,
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      UserGroupIds: Match.anyValue(),
      SnapshotRetentionLimit: 0,
      LogDeliveryConfigurations: Match.absent(),
    });
  });

  it('moves slots for another number of shards, and is never deleted for another cluster', () => {
    foundation.hasResource('AWS::ElastiCache::ReplicationGroup', {
      UpdatePolicy: { UseOnlineResharding: true },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('never evicts: it holds live state', () => {
    foundation.hasResourceProperties('AWS::ElastiCache::ParameterGroup', {
      Properties: { 'cluster-enabled': 'yes', 'maxmemory-policy': 'noeviction' },
    });
  });

  it('takes its password from Secrets Manager, as a reference that only the deployment resolves', () => {
    const mode = new Capture();
    foundation.hasResourceProperties('AWS::ElastiCache::User', { AuthenticationMode: mode });
    assert.match(JSON.stringify(mode.asObject()), /\{\{resolve:secretsmanager:/);
  });

  it('has one alarm a shard, over that shard’s nodes by name, in either size', () => {
    for (const load of loads) {
      const shards = sizingFor(load)!.valkeyShards;
      const alarms = Object.values(templates({ load }).service.findResources('AWS::CloudWatch::Alarm'))
        .map(({ Properties }) => Properties)
        .filter(({ AlarmName }) => /RedisMemoryShard/.test(AlarmName));
      assert.equal(alarms.length, shards);
      const last = alarms.find(({ AlarmName }) => AlarmName.endsWith(`Shard${shards}`));
      const text = JSON.stringify(last);
      assert.match(text, new RegExp(`journey-service-${String(shards).padStart(4, '0')}-001`));
      assert.match(text, new RegExp(`journey-service-${String(shards).padStart(4, '0')}-002`));
    }
  });
});

describe('PostgreSQL', () => {
  it('stands in two zones, encrypted, backed up, and takes TLS alone', () => {
    foundation.hasResourceProperties('AWS::RDS::DBInstance', {
      Engine: 'postgres',
      MultiAZ: true,
      StorageEncrypted: true,
      BackupRetentionPeriod: 14,
      DeletionProtection: true,
      PubliclyAccessible: false,
    });
    foundation.hasResourceProperties('AWS::RDS::DBParameterGroup', { Parameters: { 'rds.force_ssl': '1' } });
  });

  it('lets nobody in but the tasks, and whom the deployment names', () => {
    const who = (context: Record<string, unknown>) => {
      const { foundation } = templates(context);
      const [group] = Object.values(foundation.findResources('AWS::EC2::SecurityGroup')).filter(
        ({ Properties }) => Properties.GroupDescription === 'Journey service: PostgreSQL',
      );
      const rules: Record<string, unknown>[] = [
        ...(group?.Properties.SecurityGroupIngress ?? []),
        ...Object.values(foundation.findResources('AWS::EC2::SecurityGroupIngress')).map(
          ({ Properties }) => Properties,
        ),
      ].filter(({ FromPort }) => FromPort === 5432);
      return rules.map(({ CidrIp, SourceSecurityGroupId }) => CidrIp ?? SourceSecurityGroupId);
    };
    const tasks = { 'Fn::GetAtt': [Match.anyValue(), 'GroupId'] };
    const [onlyTasks, ...nobodyElse] = who({});
    assert.ok(Match.objectLike(tasks).test(onlyTasks).hasFailed() === false);
    assert.deepEqual(nobodyElse, []);
    const named = who({ databaseClients: 'sg-0123456789abcdef0, 10.1.0.0/16' });
    assert.deepEqual(named.filter((client) => typeof client === 'string').sort(), [
      '10.1.0.0/16',
      'sg-0123456789abcdef0',
    ]);
    assert.equal(named.length, 3);
    foundation.hasOutput('DatabaseAddress', {});
  });

  it('is the owner’s for the migration alone; the service has a login of its own', () => {
    const secretOf = (template: Template, container: string, name: string) =>
      JSON.stringify(
        containers(template)
          .find(({ Name }) => Name === container)
          ?.Secrets?.find(({ Name }) => Name === name)?.ValueFrom,
      );
    for (const part of ['USER', 'PASSWORD']) {
      const ofService = secretOf(service, 'service', `DATABASE_${part}`);
      assert.match(ofService, /PostgresServiceLogin/);
      assert.match(secretOf(migration, 'migrate', `SERVICE_DATABASE_${part}`), /PostgresServiceLogin/);
      assert.match(secretOf(migration, 'migrate', `DATABASE_${part}`), /PostgresInstanceSecret/);
    }
    assert.doesNotMatch(JSON.stringify(service.toJSON()), /PostgresInstanceSecret/);
  });
});

describe('tokens', () => {
  const secretsOf = (context: Record<string, unknown>) =>
    containers(templates(context).service).flatMap(({ Secrets = [] }) => Secrets.map(({ Name }) => Name));

  it('are taken by both the shared secret and a key set while a service moves to the key set', () => {
    assert.ok(secretsOf(jwks).includes('AUTH_JWT_SECRET'));
    templates(jwks).service.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: Match.arrayWith([
        Match.objectLike({
          Environment: Match.arrayWith([{ Name: 'AUTH_JWKS_URL', Value: jwks.jwksUrl }]),
        }),
      ]),
    });
  });

  it('are taken by the key set alone once the secret is switched off, which stays where the service can’t miss it', () => {
    for (const sharedSecret of ['false', false]) {
      assert.ok(!secretsOf({ ...jwks, sharedSecret }).some((name) => name.startsWith('AUTH_JWT_SECRET')));
    }
    const secrets = (context: Record<string, unknown>) =>
      Object.keys(templates(context).foundation.findResources('AWS::SecretsManager::Secret'));
    assert.deepEqual(secrets({ ...jwks, sharedSecret: false }), secrets({}));
  });
});

describe('the event bus', () => {
  it('registers the schema of each type of event', () => {
    foundation.hasResourceProperties('AWS::EventSchemas::Registry', { RegistryName: 'journey-service' });
    const schemas = Object.values(foundation.findResources('AWS::EventSchemas::Schema'));
    assert.deepEqual(
      schemas.map(({ Properties }) => Properties.SchemaName),
      readEventSchemas().map(({ type }) => `journey-service@${type}`),
    );
    for (const { Properties } of schemas) {
      assert.equal(Properties.Type, 'JSONSchemaDraft4');
      assert.equal(Properties.SchemaName, `journey-service@${JSON.parse(Properties.Content).title}`);
    }
  });

  it('keeps the events for 30 days, for a replay', () => {
    foundation.hasResourceProperties('AWS::Events::Archive', {
      RetentionDays: 30,
      EventPattern: { source: ['journey-service'] },
    });
  });

  it('can be one that the account has already', () => {
    const other = templates({ createEventBus: 'false' });
    other.foundation.resourceCountIs('AWS::Events::EventBus', 0);
    other.foundation.hasResourceProperties('AWS::Events::Rule', { EventBusName: 'application-events' });
    other.foundation.hasResourceProperties('AWS::Events::Archive', { SourceArn: Match.anyValue() });
  });
});

describe('the push texts', () => {
  it('are made of the events that have one, from a queue that gives up after five tries', () => {
    foundation.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['journey-service'],
        'detail-type': ['TrainerJourneyStarted', 'TrainerJourneyStageReached'],
      },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
    foundation.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
    foundation.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('are published on an encrypted topic that keeps their order and drops repeats', () => {
    foundation.hasResourceProperties('AWS::SNS::Topic', {
      FifoTopic: true,
      KmsMasterKeyId: Match.anyValue(),
    });
  });

  it('are made by a function that may do nothing but log, read its queue and publish', () => {
    const actions = Object.entries(foundation.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith('PushTexts'))
      .flatMap(([, { Properties }]) =>
        Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string }) => Action),
      )
      .map((action: string) => action.split(':')[0]);
    assert.deepEqual([...new Set(actions)].sort(), ['logs', 'sns', 'sqs']);
  });
});

describe('the balancer', () => {
  it('closes idle connections before the service does, speaks HTTP/2, and drops malformed headers', () => {
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internet-facing',
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'idle_timeout.timeout_seconds', Value: '60' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      ]),
    });
    const attributes = new Capture();
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: attributes,
    });
    assert.ok(
      attributes.asArray().some(({ Key, Value }) => Key === 'routing.http2.enabled' && Value === 'true'),
    );
  });

  it('asks for readiness and lets go of a process in 15 s', () => {
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      HealthCheckPath: '/health/ready',
      TargetType: 'ip',
      TargetGroupAttributes: Match.arrayWith([
        { Key: 'deregistration_delay.timeout_seconds', Value: '15' },
        { Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' },
      ]),
    });
  });

  it('serves HTTPS with the given certificate and redirects HTTP to it', () => {
    service.hasParameter('CertificateArn', { Type: 'String', Default: Match.absent() });
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: { Ref: 'CertificateArn' } }],
      SslPolicy: Match.stringLikeRegexp('TLS13'),
      ListenerAttributes: [
        {
          Key: 'routing.http.response.strict_transport_security.header_value',
          Value: Match.stringLikeRegexp('^max-age=31536000'),
        },
      ],
    });
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    });
  });
});

describe('the processes', () => {
  it('run in a read-only container with more time to stop than requests take', () => {
    const [main, collector] = containers(service);
    assert.equal(main?.Name, 'service');
    assert.equal(collector?.Name, 'collector');
    for (const container of [...containers(service), ...containers(migration)]) {
      assert.equal(container.ReadonlyRootFilesystem, true, container.Name);
    }
    assert.ok((main?.StopTimeout ?? 0) > 10);
    // Shares: those of a container that asks for none are 2, and the collector would come first.
    assert.deepEqual([main?.Cpu, collector?.Cpu], [960, 64]);
    service.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: Match.arrayWith([
        Match.objectLike({
          Name: 'service',
          Essential: true,
        }),
        Match.objectLike({ Name: 'collector', Essential: false, RestartPolicy: { Enabled: true } }),
      ]),
    });
  });

  it('are replaced without ever being fewer, and go back by themselves when a release fails', () => {
    service.hasResourceProperties('AWS::ECS::Service', {
      DesiredCount: Match.absent(),
      DeploymentConfiguration: Match.objectLike({
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        Alarms: Match.objectLike({
          Enable: true,
          Rollback: true,
          AlarmNames: ['JourneyService-ServerErrors'],
        }),
      }),
      NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'DISABLED' }) },
    });
    const names = Object.values(service.findResources('AWS::CloudWatch::Alarm')).map(
      (a) => a.Properties.AlarmName,
    );
    assert.ok(names.includes('JourneyService-ServerErrors'), 'the alarm that the deployment names exists');
  });

  it('grow with CPU and with requests per process, from the least that the load needs', () => {
    for (const load of loads) {
      const { service } = templates({ load });
      const { minTasks, maxTasks, targetCpuPercent, requestsPerSecondPerTask } = sizingFor(load)!;
      service.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
        MinCapacity: minTasks,
        MaxCapacity: maxTasks,
      });
      for (const [metric, target] of [
        ['ECSServiceAverageCPUUtilization', targetCpuPercent],
        ['ALBRequestCountPerTarget', requestsPerSecondPerTask * 60],
      ] as const) {
        service.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
          TargetTrackingScalingPolicyConfiguration: Match.objectLike({
            PredefinedMetricSpecification: Match.objectLike({ PredefinedMetricType: metric }),
            TargetValue: target,
          }),
        });
      }
    }
  });

  /** What the tasks' role allows. */
  const taskStatements = (template: Template) => {
    const role = Object.values(template.findResources('AWS::ECS::TaskDefinition'))[0]?.Properties.TaskRoleArn[
      'Fn::GetAtt'
    ][0];
    const { ManagedPolicyArns } = template.findResources('AWS::IAM::Role')[role]?.Properties ?? {};
    assert.equal(ManagedPolicyArns, undefined);
    return Object.values(template.findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => Properties.Roles.some((r: { Ref: string }) => r.Ref === role))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  };

  it('may put events on the bus, and nothing else', () => {
    for (const template of [service, templates(osrm).service]) {
      const statements = taskStatements(template);
      assert.equal(statements.length, 1);
      assert.equal(statements[0].Action, 'events:PutEvents');
      assert.equal(statements[0].Effect, 'Allow');
      assert.match(JSON.stringify(statements[0].Resource), /JourneyFoundation.*EventsBus.*Arn/);
    }
  });

  it('may also ask Amazon Location for routes where it is the router', () => {
    const statements = taskStatements(amazon.service);
    assert.deepEqual(statements.map(({ Action }) => Action).sort(), [
      'events:PutEvents',
      'geo-routes:CalculateRoutes',
    ]);
    assert.deepEqual(statements.find(({ Action }) => Action === 'geo-routes:CalculateRoutes')?.Resource, {
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':geo-routes:', { Ref: 'AWS::Region' }, '::provider/default'],
      ],
    });
  });

  it('ask the router that the deployment names, and none without one', () => {
    const asked = (template: Template) =>
      containers(template)
        .find(({ Name }) => Name === 'service')
        ?.Environment?.find(({ Name }) => Name === 'ROUTER_URL')?.Value;
    assert.equal(asked(service), undefined);
    assert.equal(asked(amazon.service), 'amazon');
    assert.equal(asked(templates(osrm).service), osrm.router);
  });

  it('get every secret from Secrets Manager, and none as a plain setting', () => {
    const main = containers(service).find(({ Name }) => Name === 'service');
    assert.deepEqual(main?.Secrets?.map(({ Name }) => Name).sort(), [
      'AUTH_JWT_SECRET',
      'AUTH_JWT_SECRET_PREVIOUS',
      'DATABASE_PASSWORD',
      'DATABASE_USER',
      'REDIS_PASSWORD',
    ]);
    for (const container of [...containers(service), ...containers(migration)]) {
      for (const { Name } of container.Environment ?? []) assert.doesNotMatch(Name, /SECRET|PASSWORD|TOKEN/);
    }
  });

  it('get the service’s own settings from the deployment’s', () => {
    const { service: tuned } = templates({ environment: { POLL_INTERVAL_MS: '8000' } });
    const main = containers(tuned).find(({ Name }) => Name === 'service');
    assert.deepEqual(
      main?.Environment?.find(({ Name }) => Name === 'POLL_INTERVAL_MS'),
      { Name: 'POLL_INTERVAL_MS', Value: '8000' },
    );
  });

  it('get how long records are kept, and the claim of guardians, only where the deployment says it', () => {
    const privacyOf = (context: Record<string, unknown>) =>
      containers(templates(context).service)
        .find(({ Name }) => Name === 'service')
        ?.Environment?.filter(({ Name }) => /RETENTION|CLAIM/.test(Name));
    assert.deepEqual(privacyOf({}), []);
    assert.deepEqual(privacyOf({ retentionDays: 90, studentsClaim: 'wards' }), [
      { Name: 'AUTH_STUDENTS_CLAIM', Value: 'wards' },
      { Name: 'JOURNEY_RETENTION_DAYS', Value: '90' },
    ]);
  });

  it('get whole store addresses, in node and under the init process, from the parts', () => {
    const entryPoint = containers(service).find(({ Name }) => Name === 'service')?.EntryPoint as string[];
    assert.deepEqual(entryPoint.slice(0, 2), ['/usr/bin/tini', '--']);
    // The very line, run with another program: node shows what it was given.
    const { stdout } = spawnSync(entryPoint[2] ?? '', [...entryPoint.slice(3), '-e', SHOW, 'an argument'], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        DATABASE_USER: 'u',
        DATABASE_PASSWORD: 'p1',
        DATABASE_HOST: 'db',
        REDIS_USER: 'journey',
        REDIS_PASSWORD: 'p2',
        REDIS_HOST: 'valkey',
      },
    });
    assert.deepEqual(JSON.parse(stdout), {
      database: 'postgres://u:p1@db:5432/journey?sslmode=verify-full&sslrootcert=/app/certs/aws-rds.pem',
      redis: 'rediss-cluster://journey:p2@valkey:6379',
      password: null,
      words: ['an argument'],
    });
  });

  it('migrate with the very image that serves, by one command', () => {
    const [migrate] = containers(migration);
    assert.deepEqual(migrate?.Command, ['dist/bin/migrate.js']);
    const images = [service, migration].map((template) => template.findParameters('ImageTag'));
    assert.deepEqual(images[0], images[1]);
  });
});

describe('the alarms', () => {
  const alarms = Object.values(service.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties,
  );

  it('watch what the operations guide names', () => {
    const names = alarms.map(({ AlarmName }) =>
      AlarmName.replace('JourneyService-', '').replace(/Shard\d+$/, ''),
    );
    for (const name of [
      'ServerErrors',
      'SlowAnswers',
      'RejectedConnections',
      'EventLoopDelay',
      'OutboxLag',
      'DeadEvents',
      'RedisMemory',
      'MetricsSilent',
      'SweepLag',
    ]) {
      assert.ok(names.includes(name), name);
    }
  });

  it('watch the router where there is one', () => {
    const away = { AlarmName: 'JourneyService-RouterAway', MetricName: 'journey_router_away' };
    service.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', away, 0);
    amazon.service.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', away, 1);
  });

  it('see a sweep that hangs, which reports no time', () => {
    service.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'JourneyService-SweepLag',
      MetricName: 'journey_sweep_duration_seconds',
      TreatMissingData: 'breaching',
    });
  });

  it('may publish to their topic, whose policy is none but ours', () => {
    service.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  it('see server errors also when no process is left to take a request', () => {
    const alarm = alarms.find(({ AlarmName }) => AlarmName === 'JourneyService-ServerErrors');
    const expression = alarm?.Metrics.find(
      ({ Expression }: { Expression?: string }) => Expression,
    )?.Expression;
    // CloudWatch counts no request that found no process: without one, only the balancer's own answers have figures.
    const FILL = (figure: number | undefined, otherwise: number) => figure ?? otherwise;
    const percent = (own?: number, balancer?: number, requests?: number) =>
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the expression is the template's own
      new Function('FILL', 'own', 'balancer', 'requests', `return ${expression}`)(
        FILL,
        own,
        balancer,
        requests,
      ) as number;
    assert.ok(percent(undefined, 500, undefined) > 1);
    assert.ok(percent(20, undefined, 1000) > 1);
    assert.equal(percent(undefined, undefined, 1000), 0);
  });

  it('include that of a full outbox at half of the length that the tasks are set to, or of the service’s default', () => {
    const threshold = (context: Record<string, unknown>): number => {
      const found = Object.values(templates(context).service.findResources('AWS::CloudWatch::Alarm'));
      const alarm = found.find(({ Properties }) => Properties.AlarmName === 'JourneyService-OutboxFull');
      return alarm?.Properties.Threshold as number;
    };
    assert.equal(threshold({ environment: { OUTBOX_MAX_LENGTH: '30000' } }), 15_000);
    const settings = readFileSync(join(repositoryRoot, 'src/config/readConfig.ts'), 'utf8');
    const [, own = ''] = /OUTBOX_MAX_LENGTH: .*default: ([\d_]+)/.exec(settings) ?? [];
    assert.equal(threshold({}), Number(own.replaceAll('_', '')) / 2);
    assert.throws(() => templates({ environment: { OUTBOX_MAX_LENGTH: 'many' } }), /OUTBOX_MAX_LENGTH/);
  });

  it('start when nothing was deleted for two days, also when no process reports it', () => {
    const alarm = alarms.find(({ AlarmName }) => AlarmName === 'JourneyService-RetentionStopped');
    const { Period, EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData, Statistic } = alarm;
    assert.deepEqual(
      { Period, EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData, Statistic },
      {
        Period: 86_400,
        EvaluationPeriods: 2,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
        Statistic: 'Sum',
      },
    );
  });

  it('each notify somebody, and name the section that says what to do', () => {
    for (const alarm of alarms) {
      assert.equal(alarm.AlarmActions.length, 1, alarm.AlarmName);
      assert.match(alarm.AlarmDescription, /docs\/operations\.md, "\w+"/);
    }
  });
});

describe('the image repositories', () => {
  it('never let a tag name another image', () => {
    registry.allResourcesProperties('AWS::ECR::Repository', { ImageTagMutability: 'IMMUTABLE' });
  });
});
