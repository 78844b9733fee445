import { isIPv4 } from 'node:net';
import { readServiceSettings } from './serviceSettings';

/** What a load needs. Counts and sizes are starting points: measure, then change them here. */
export interface Sizing {
  /** Processes while quiet, and at the most. One process uses one core: Node runs JavaScript on one thread. */
  minTasks: number;
  maxTasks: number;
  taskCpu: number;
  taskMemoryMiB: number;
  /** Requests a second of one process at which another is started; about half of what one can do. */
  requestsPerSecondPerTask: number;
  valkeyNodeType: string;
  valkeyShards: number;
  databaseInstanceType: string;
  databaseStorageGiB: number;
}

/** Each trainer posts every 5 s and each student polls every 3 to 5 s: about 0.5 requests a second and journey. */
const SIZINGS: Readonly<Record<string, Sizing>> = {
  '10k': {
    minTasks: 6,
    maxTasks: 30,
    taskCpu: 1024,
    taskMemoryMiB: 2048,
    requestsPerSecondPerTask: 400,
    valkeyNodeType: 'cache.m7g.large',
    valkeyShards: 3,
    databaseInstanceType: 'm7g.large',
    databaseStorageGiB: 100,
  },
  '100k': {
    minTasks: 30,
    maxTasks: 200,
    taskCpu: 1024,
    taskMemoryMiB: 2048,
    requestsPerSecondPerTask: 400,
    valkeyNodeType: 'cache.m7g.xlarge',
    valkeyShards: 8,
    databaseInstanceType: 'm7g.2xlarge',
    databaseStorageGiB: 400,
  },
};

export interface Settings {
  sizing: Sizing;
  /** The key set by which tokens are checked. */
  jwksUrl: string | undefined;
  /** Whether tokens by the shared secret (HS256) are taken, also beside a key set: so a service can move to one. */
  sharedSecret: boolean;
  authIssuer: string | undefined;
  authAudience: string | undefined;
  /** Whether the bus `application-events` is made here, or is one that the account has already. */
  createEventBus: boolean;
  alarmEmail: string | undefined;
  /** Who may connect to PostgreSQL beside the tasks: ids of security groups, and networks (10.1.0.0/16). */
  databaseClients: readonly string[];
  /** The service's own settings, by the names of its README. */
  environment: Readonly<Record<string, string>>;
}

/**
 * Settings from CDK context (`-c name=value` or cdk.json).
 * @throws Error that names every bad value at once.
 */
export function readSettings(context: (name: string) => unknown): Settings {
  const faults: string[] = [];
  const text = (name: string): string | undefined => {
    const value = context(name);
    // `-c` gives text; cdk.json may contain a number or a boolean as well.
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof value === 'string') return value === '' ? undefined : value;
    if (value !== undefined) faults.push(`${name} is not a text, a number or a boolean`);
    return undefined;
  };

  const load = text('load') ?? '10k';
  const sizing = SIZINGS[load];
  if (!sizing) faults.push(`load is "${load}": use one of ${Object.keys(SIZINGS).join(', ')}`);

  const jwksUrl = text('jwksUrl');
  if (jwksUrl !== undefined && !URL.canParse(jwksUrl)) faults.push(`jwksUrl is no URL: "${jwksUrl}"`);
  else if (jwksUrl !== undefined && new URL(jwksUrl).protocol !== 'https:')
    faults.push('jwksUrl must be https');

  const flag = (name: string): boolean => {
    const value = text(name) ?? 'true';
    if (value !== 'true' && value !== 'false') faults.push(`${name} is "${value}": use true or false`);
    return value === 'true';
  };
  const createEventBus = flag('createEventBus');
  const sharedSecret = flag('sharedSecret');
  if (!sharedSecret && jwksUrl === undefined) {
    faults.push('sharedSecret is false and there is no jwksUrl: no token could be checked');
  }

  const alarmEmail = text('alarmEmail');
  if (alarmEmail !== undefined && !/^[^@\s]+@[^@\s]+$/.test(alarmEmail)) {
    faults.push(`alarmEmail is no address: "${alarmEmail}"`);
  }

  const databaseClients = (text('databaseClients') ?? '').split(',').flatMap((client) => client.trim() || []);
  for (const client of databaseClients.filter((client) => !isGroup(client) && !isPrivateNetwork(client))) {
    faults.push(
      `databaseClients: "${client}" is neither a security group (sg-…) nor a private network (10.1.0.0/16)`,
    );
  }

  const environment = readServiceSettings(context('environment'), faults);

  if (!sizing || faults.length > 0) throw new Error(`Bad settings:\n- ${faults.join('\n- ')}`);
  return {
    sizing,
    jwksUrl,
    sharedSecret,
    authIssuer: text('authIssuer'),
    authAudience: text('authAudience'),
    createEventBus,
    alarmEmail,
    databaseClients,
    environment,
  };
}

const isGroup = (text: string): boolean => /^sg-[0-9a-f]{8,17}$/.test(text);

/** Of RFC 1918: the database has no public address anyway. */
function isPrivateNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d{1,2})$/.exec(text) ?? [];
  if (!isIPv4(address) || Number(bits) > 32) return false;
  return (
    (/^10\./.test(address) && Number(bits) >= 8) ||
    (/^172\.(1[6-9]|2\d|3[01])\./.test(address) && Number(bits) >= 12) ||
    (/^192\.168\./.test(address) && Number(bits) >= 16)
  );
}
