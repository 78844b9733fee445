import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'trusted-documents');

/**
 * The documents that the client package sends, text by SHA-256, of every version: `npm run codegen` writes the file of
 * the current one. Old apps stay in the field, so `npm run check` refuses to lose a document of a released version.
 */
export function readTrustedDocuments(): Readonly<Record<string, string>> {
  const manifests = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Record<string, string>);
  return Object.assign({}, ...manifests) as Record<string, string>;
}
