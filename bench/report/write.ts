import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { format, resolveConfig } from 'prettier';

/** Writes a file in the format that `npm run check` requires. */
export async function writeFormatted(path: string, content: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  // Plots are not formatted.
  const text = path.endsWith('.svg')
    ? content
    : await format(content, { ...(await resolveConfig(path)), filepath: path });
  writeFileSync(path, text);
}
