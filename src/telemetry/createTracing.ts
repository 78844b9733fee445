import type { TracingConfig } from '../config/config';
import type { Tracing } from './tracing';

/** null where tracing is off: then OpenTelemetry is not even loaded. */
export async function createTracing(config: TracingConfig): Promise<Tracing | null> {
  if (!config.on) return null;
  const { OpenTelemetryTracing } = await import('./openTelemetry.js');
  return new OpenTelemetryTracing(config);
}
