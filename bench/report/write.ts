import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { format, resolveConfig } from 'prettier';

/** Writes a file in the form that `npm run check` asks of every file here. */
export async function writeFormatted(path: string, content: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  // Plots are no text of ours.
  const text = path.endsWith('.svg')
    ? content
    : await format(content, { ...(await resolveConfig(path)), filepath: path });
  writeFileSync(path, text);
}
