import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The repository's root, whose built server these tests start. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Loads modules from the root, which is CommonJS: its TypeScript, its build and its packages. */
export const requireFromRoot = createRequire(`${root}package.json`);
requireFromRoot('./scripts/typescript.cjs');
