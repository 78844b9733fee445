// Writes the image's software bill of materials as CycloneDX: node scripts/sbom.mjs [FILE]. Without a file it is printed.
//
// `npm sbom --omit dev` leaves out too much: it omits packages of the service that a development package needs too (pg,
// graphql). So npm lists everything, and the lock file's `dev` flags, which `npm ci` follows, decide what stays.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup.mjs';

export function bill() {
  const npm = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const text = execFileSync('npm', npm, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e8,
    shell: process.platform === 'win32',
  });
  const all = JSON.parse(text);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const shipped = new Set(
    Object.entries(packages)
      .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
      .map(([path, { name, version }]) => `${name ?? path.split('node_modules/').at(-1)}@${version}`),
  );

  const components = all.components.filter(({ name, version }) => shipped.has(`${name}@${version}`));
  const kept = new Set([all.metadata.component, ...components].map((component) => component['bom-ref']));
  const dependencies = all.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // npm uses the folder's name as the component's name.
  const metadata = { ...all.metadata, component: { ...all.metadata.component, name } };
  return { ...all, metadata, components, dependencies };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [file] = process.argv.slice(2);
  const text = `${JSON.stringify(bill(), null, 2)}\n`;
  if (file) writeFileSync(file, text);
  else process.stdout.write(text);
}
