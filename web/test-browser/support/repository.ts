import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The repository's root, whose built server these tests start. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Loads what the root built or installed: it is CommonJS with packages of its own. */
export const requireFromRoot = createRequire(`${root}package.json`);
