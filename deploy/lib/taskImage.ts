import { CfnParameter, type Stack } from 'aws-cdk-lib';
import { type IRepository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage, Secret } from 'aws-cdk-lib/aws-ecs';
import { type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { type FoundationStack } from './foundationStack';
import { routerUrl } from './router';
import { type Settings } from './settings';
import { DATABASE_NAME, POSTGRES_PORT } from './postgres';
import { VALKEY_PORT } from './valkey';

/** Where the Dockerfile puts the certificates of RDS: Node does not know the authority that signs them. */
const RDS_CERTIFICATES = '/app/certs/aws-rds.pem';

/**
 * The image whose tag the deployment names. A parameter, not context: the tag is asked for at the first deployment,
 * and later kept until another one is given, so no deployment brings back an old image by accident.
 */
export function imageByTag(stack: Stack, repository: IRepository): ContainerImage {
  const tag = new CfnParameter(stack, 'ImageTag', {
    type: 'String',
    description: 'Tag of the journey-service image',
    allowedPattern: '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}',
  });
  return ContainerImage.fromEcrRepository(repository, tag.valueAsString);
}

const ADDRESS_FROM_PARTS = {
  DATABASE_URL:
    '"postgres://$DATABASE_USER:$DATABASE_PASSWORD@$DATABASE_HOST:' +
    `${POSTGRES_PORT}/${DATABASE_NAME}?sslmode=verify-full&sslrootcert=${RDS_CERTIFICATES}"`,
  REDIS_URL: `"rediss-cluster://$REDIS_USER:$REDIS_PASSWORD@$REDIS_HOST:${VALKEY_PORT}"`,
};

/**
 * The entry point that gives a program of the image its store addresses. Secrets Manager gives the parts, the service
 * takes addresses; a secret that held the whole address would go stale with each changed password. The program is
 * the container's command, so that `aws ecs run-task` can put another one in its place. `exec` leaves no shell between
 * the image's init process and node, so SIGTERM arrives.
 */
export function entryPointWith(addresses: (keyof typeof ADDRESS_FROM_PARTS)[]): string[] {
  const exports = addresses.map((name) => `export ${name}=${ADDRESS_FROM_PARTS[name]}`);
  const line = [
    ...exports,
    'unset DATABASE_PASSWORD REDIS_PASSWORD',
    'exec node --enable-source-maps --min-semi-space-size=64 --max-semi-space-size=64 --no-allocation-site-pretenuring --v8-pool-size=1 --no-memory-reducer "$@"',
  ].join(' && ');
  // What follows `sh -c line` is $0, and then come the command's words.
  return ['/usr/bin/tini', '--', 'sh', '-c', line, 'node'];
}

/** The migration logs in as the owner of the tables, and gives the service the login that it has from the same secret. */
export function migrationSecrets({ postgres }: FoundationStack): Record<string, Secret> {
  return {
    ...login('DATABASE', postgres.ownerSecret),
    ...login('SERVICE_DATABASE', postgres.serviceSecret),
  };
}

function login(prefix: string, secret: ISecret): Record<string, Secret> {
  return {
    [`${prefix}_USER`]: Secret.fromSecretsManager(secret, 'username'),
    [`${prefix}_PASSWORD`]: Secret.fromSecretsManager(secret, 'password'),
  };
}

export function databaseEnvironment({ postgres }: FoundationStack): Record<string, string> {
  return { DATABASE_HOST: postgres.instance.dbInstanceEndpointAddress };
}

export function serviceSecrets(
  foundation: FoundationStack,
  { sharedSecret }: Settings,
): Record<string, Secret> {
  const { valkey, tokenSecrets, postgres } = foundation;
  return {
    ...login('DATABASE', postgres.serviceSecret),
    REDIS_PASSWORD: Secret.fromSecretsManager(valkey.password),
    ...(sharedSecret && {
      AUTH_JWT_SECRET: Secret.fromSecretsManager(tokenSecrets.current),
      AUTH_JWT_SECRET_PREVIOUS: Secret.fromSecretsManager(tokenSecrets.previous),
    }),
  };
}

export function serviceEnvironment(foundation: FoundationStack, settings: Settings): Record<string, string> {
  const { valkey, eventBus } = foundation;
  return {
    ...settings.environment,
    ...databaseEnvironment(foundation),
    NODE_ENV: 'production',
    REDIS_HOST: valkey.endpoint,
    REDIS_USER: valkey.userName,
    EVENTS: 'eventbridge',
    EVENT_BUS_NAME: eventBus.bus.eventBusName,
    ...(settings.jwksUrl && { AUTH_JWKS_URL: settings.jwksUrl }),
    ...(settings.router && { ROUTER_URL: routerUrl(settings.router) }),
    ...(settings.authIssuer && { AUTH_ISSUER: settings.authIssuer }),
    ...(settings.authAudience && { AUTH_AUDIENCE: settings.authAudience }),
    ...(settings.studentsClaim && { AUTH_STUDENTS_CLAIM: settings.studentsClaim }),
    ...(settings.retentionDays && { JOURNEY_RETENTION_DAYS: String(settings.retentionDays) }),
  };
}
