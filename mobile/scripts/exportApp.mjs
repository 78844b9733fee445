// Exports the app as it would be shipped, two platforms at a time: node scripts/exportApp.mjs [android|ios|web …].
// `android-source` is the Android bundle before Hermes compiles it, for the check of its globals.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const app = join(import.meta.dirname, '..');
const sources = [
  'app',
  'components',
  'src',
  'index.ts',
  'app.json',
  'metro.config.js',
  'package-lock.json',
  '../client/dist',
];

/** The longest one first; the last one finds its modules in Metro's cache, where Android's export left them. */
const options = {
  web: ['--platform', 'web'],
  android: ['--platform', 'android'],
  ios: ['--platform', 'ios'],
  'android-source': ['--platform', 'android', '--no-bytecode'],
};

export const exportFolder = (name) => join(app, 'dist', name);

/** Each takes a core for most of its time, and half a gigabyte. */
const AT_ONCE = 2;

/** Exports what is older than a source of it. */
export async function ensureExports(names = Object.keys(options)) {
  const waiting = names.filter((name) => !isCurrent(name));
  const lane = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) await exportOne(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function isCurrent(name) {
  const done = join(exportFolder(name), 'metadata.json');
  return existsSync(done) && sources.every((source) => newest(join(app, source)) < statSync(done).mtimeMs);
}

async function exportOne(name) {
  const folder = exportFolder(name);
  rmSync(folder, { recursive: true, force: true });
  const child = spawn(
    process.execPath,
    [join(app, 'node_modules/expo/bin/cli'), 'export', ...options[name], '--output-dir', folder],
    { cwd: app, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...quiet } },
  );
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The export for ${name} ended with ${signal ?? code}.`);
}

const quiet = { EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1', CI: '1', NODE_ENV: 'production' };

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** The bundles that a platform loads, with their sizes in bytes. */
export function bundles(name) {
  return readdirSync(exportFolder(name), { recursive: true })
    .filter((file) => /\.(js|hbc)$/.test(file))
    .map((file) => ({
      file: join(exportFolder(name), file),
      bytes: statSync(join(exportFolder(name), file)).size,
    }));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(options);
  await ensureExports(wanted);
  for (const name of wanted) {
    const bytes = bundles(name).reduce((sum, each) => sum + each.bytes, 0);
    console.log(`${name}: ${(bytes / 1e6).toFixed(1)} MB`);
  }
}
