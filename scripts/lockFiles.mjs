// Checks that any clone can install from the lock files and that no package can be changed in transit: no URL but the
// public registry's (preferably none, so that npm uses the registry that the machine is configured for), a hash for each
// package, and no package from a repository or a file.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup.mjs';

const REGISTRY = 'https://registry.npmjs.org/';

/** The lock file of each package of this repository. */
export function lockFiles() {
  return ['.', 'client', 'web', 'mobile', 'deploy', 'bench']
    .map((name) => ({ name, folder: join(root, name), file: join(root, name, 'package-lock.json') }))
    .filter(({ file }) => existsSync(file))
    .map((found) => ({ ...found, packages: JSON.parse(readFileSync(found.file, 'utf8')).packages }));
}

function faultsOf({ name, packages }) {
  return Object.entries(packages).flatMap(([path, { resolved, integrity, link, inBundle }]) => {
    // The project itself and folders of this repository are not downloaded.
    if (path === '' || link || !path.includes('node_modules/')) return [];
    const faults = [];
    if (resolved && !resolved.startsWith(REGISTRY)) faults.push(`comes from ${new URL(resolved).origin}`);
    if (!integrity && !inBundle) faults.push('has no hash');
    return faults.map((fault) => `${name}/package-lock.json: ${path} ${fault}`);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const faults = lockFiles().flatMap(faultsOf);
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) {
    console.log('Remove the entries and run `npm install --omit-lockfile-registry-resolved` in that folder.');
    process.exitCode = 1;
  }
}
