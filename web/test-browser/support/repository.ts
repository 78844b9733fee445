import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The repository's root, whose built server these tests start. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Loads the root's own TypeScript, what it built, and its packages: it is CommonJS. */
export const requireFromRoot = createRequire(`${root}package.json`);
requireFromRoot('./scripts/typescript.cjs');
