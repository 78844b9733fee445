/** What the stacks set themselves: another value would contradict what they build. */
const MANAGED =
  /^(NODE_(ENV|OPTIONS)|HOST|PORT|METRICS_PORT|EVENTS|EVENT_BUS_NAME|(REDIS|DATABASE)_(URL|HOST|PORT|USER)|AUTH_.*|AWS_.*|ECS_.*)$/;
/** A template and the console show each setting. Of these OTEL_…_HEADERS holds the key of a collector, as a rule. */
const SECRET = /SECRET|PASSWORD|CREDENTIAL|TOKEN|HEADERS|(^|_)KEY(_|$)/;

/**
 * The service's own settings (the README's table), for what the stacks do not set: as an object in cdk.json, or as
 * its JSON on the command line.
 */
export function readServiceSettings(given: unknown, faults: string[]): Record<string, string> {
  let settings: unknown = given ?? {};
  if (typeof given === 'string') {
    try {
      settings = JSON.parse(given === '' ? '{}' : given) as unknown;
    } catch {
      settings = given;
    }
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    faults.push('environment is no object: use {"POLL_INTERVAL_MS": "8000"}');
    return {};
  }
  const taken: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) faults.push(`environment: "${name}" is no setting's name`);
    else if (SECRET.test(name))
      faults.push(
        `environment: ${name} would stand in the template for all to read: a secret does not belong here`,
      );
    else if (MANAGED.test(name)) faults.push(`environment: ${name} is set by the stacks themselves`);
    else if (!['string', 'number', 'boolean'].includes(typeof value))
      faults.push(`environment: ${name} is no string or number`);
    else taken[name] = String(value);
  }
  return taken;
}
