import { isIPv4 } from 'node:net';
import { readRouter, type Router } from './router';
import { readServiceSettings } from './serviceSettings';
import { loads, sizingFor, type Sizing } from './sizing';

export interface Settings {
  sizing: Sizing;
  /** The key set with which tokens are verified. */
  jwksUrl: string | undefined;
  /** Whether tokens with the shared secret (HS256) are accepted, also beside a key set, so that a service can move to one. */
  sharedSecret: boolean;
  authIssuer: string | undefined;
  authAudience: string | undefined;
  /** The claim of a guardian's token with the ids of its students. */
  studentsClaim: string | undefined;
  /** How long journeys and lines of the access log are kept. */
  retentionDays: number | undefined;
  /** The road router that improves the estimated times of arrival. */
  router: Router | undefined;
  /** Whether the bus `application-events` is created here, or exists in the account already. */
  createEventBus: boolean;
  alarmEmail: string | undefined;
  /** Clients of PostgreSQL beside the tasks: ids of security groups, and networks (10.1.0.0/16). */
  databaseClients: readonly string[];
  /** The service's own settings, by the names of its README. */
  environment: Readonly<Record<string, string>>;
}

/**
 * Settings from CDK context (`-c name=value` or cdk.json).
 * @throws Error that names every bad value at once.
 */
export function readSettings(context: (name: string) => unknown): Settings {
  const errors: string[] = [];
  const text = (name: string): string | undefined => {
    const value = context(name);
    // `-c` gives text; cdk.json may contain a number or a boolean as well.
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof value === 'string') return value === '' ? undefined : value;
    if (value !== undefined) errors.push(`${name} is not a text, a number or a boolean`);
    return undefined;
  };

  const load = text('load') ?? '10k';
  const sizing = sizingFor(load);
  if (!sizing) errors.push(`load is "${load}": use one of ${loads.join(', ')}`);

  const jwksUrl = text('jwksUrl');
  if (jwksUrl !== undefined && !URL.canParse(jwksUrl)) errors.push(`jwksUrl is not a URL: "${jwksUrl}"`);
  else if (jwksUrl !== undefined && new URL(jwksUrl).protocol !== 'https:')
    errors.push('jwksUrl must be https');

  const flag = (name: string): boolean => {
    const value = text(name) ?? 'true';
    if (value !== 'true' && value !== 'false') errors.push(`${name} is "${value}": use true or false`);
    return value === 'true';
  };
  const createEventBus = flag('createEventBus');
  const sharedSecret = flag('sharedSecret');
  if (!sharedSecret && jwksUrl === undefined) {
    errors.push('sharedSecret is false and there is no jwksUrl: no token could be verified');
  }

  const studentsClaim = text('studentsClaim');
  const retention = text('retentionDays');
  const retentionDays = retention === undefined ? undefined : Number(retention);
  if (retention !== undefined && !isRetention(retention)) {
    errors.push(
      `retentionDays is "${retention}": use a whole number of days from 1 to ${MAX_RETENTION_DAYS}`,
    );
  }

  const router = readRouter(text('router'), errors);

  const alarmEmail = text('alarmEmail');
  if (alarmEmail !== undefined && !/^[^@\s]+@[^@\s]+$/.test(alarmEmail)) {
    errors.push(`alarmEmail is not an address: "${alarmEmail}"`);
  }

  const databaseClients = (text('databaseClients') ?? '').split(',').flatMap((client) => client.trim() || []);
  for (const client of databaseClients.filter((client) => !isGroup(client) && !isPrivateNetwork(client))) {
    errors.push(
      `databaseClients: "${client}" is neither a security group (sg-…) nor a private network (10.1.0.0/16)`,
    );
  }

  const environment = readServiceSettings(context('environment'), errors);

  if (!sizing || errors.length > 0) throw new Error(`Bad settings:\n- ${errors.join('\n- ')}`);
  return {
    sizing,
    jwksUrl,
    sharedSecret,
    authIssuer: text('authIssuer'),
    authAudience: text('authAudience'),
    studentsClaim,
    retentionDays,
    router,
    createEventBus,
    alarmEmail,
    databaseClients,
    environment,
  };
}

/** As the service itself limits it. */
const MAX_RETENTION_DAYS = 36_500;

const isRetention = (days: string): boolean =>
  /^\d+$/.test(days) && Number(days) >= 1 && Number(days) <= MAX_RETENTION_DAYS;

const isGroup = (text: string): boolean => /^sg-[0-9a-f]{8,17}$/.test(text);

/** A network of RFC 1918: the database has no public address anyway. */
function isPrivateNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d{1,2})$/.exec(text) ?? [];
  if (!isIPv4(address) || Number(bits) > 32) return false;
  return (
    (/^10\./.test(address) && Number(bits) >= 8) ||
    (/^172\.(1[6-9]|2\d|3[01])\./.test(address) && Number(bits) >= 12) ||
    (/^192\.168\./.test(address) && Number(bits) >= 16)
  );
}
