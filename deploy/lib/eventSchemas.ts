import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The JSON Schema of one type of event. */
export interface EventSchema {
  type: string;
  content: string;
}

/** Seen from where the compiled stacks lie: deploy/dist/lib. */
const folder = path.resolve(__dirname, '../../../src/events/schemas');

/** The schemas that the service ships, one file for each type of event. */
export function readEventSchemas(): EventSchema[] {
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      type: path.basename(file, '.json'),
      content: readFileSync(path.join(folder, file), 'utf8'),
    }));
}
