/** Settings that the stacks set themselves: another value would contradict what they build. */
const MANAGED =
  /^(NODE_(ENV|OPTIONS)|HOST|PORT|METRICS_PORT|EVENTS|EVENT_BUS_NAME|ROUTER_URL|JOURNEY_RETENTION_DAYS|(REDIS|DATABASE)_(URL|HOST|PORT|USER)|AUTH_(?!REQUIRE_EXP$).*|AWS_.*|ECS_.*)$/;
/** The template and the console show every setting. OTEL_…_HEADERS usually has the key of a collector. */
const SECRET = /SECRET|PASSWORD|CREDENTIAL|TOKEN|HEADERS|(^|_)KEY(_|$)/;

/**
 * The service's own settings (the README's table), for what the stacks do not set: as an object in cdk.json, or as
 * its JSON on the command line.
 */
export function readServiceSettings(given: unknown, errors: string[]): Record<string, string> {
  let settings: unknown = given ?? {};
  if (typeof given === 'string') {
    try {
      settings = JSON.parse(given === '' ? '{}' : given) as unknown;
    } catch {
      settings = given;
    }
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    errors.push('environment is not an object: use {"POLL_INTERVAL_MS": "8000"}');
    return {};
  }
  const accepted: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) errors.push(`environment: "${name}" is no setting's name`);
    else if (SECRET.test(name))
      errors.push(`environment: ${name} would be readable in the template: secrets do not belong here`);
    else if (MANAGED.test(name)) errors.push(`environment: ${name} is set by the stacks themselves`);
    else if (!['string', 'number', 'boolean'].includes(typeof value))
      errors.push(`environment: ${name} is no string or number`);
    else accepted[name] = String(value);
  }
  return accepted;
}
