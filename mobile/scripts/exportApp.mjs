// Exports the app as it would be shipped, one platform after the other: node scripts/exportApp.mjs [android|ios|web …].
// `android-source` is the Android bundle before Hermes compiles it, for the check of its globals.
import { execFileSync } from 'node:child_process';
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

const options = {
  android: ['--platform', 'android'],
  ios: ['--platform', 'ios'],
  web: ['--platform', 'web'],
  'android-source': ['--platform', 'android', '--no-bytecode'],
};

export const exportFolder = (name) => join(app, 'dist', name);

/** Exports it, unless the last export is newer than all sources. */
export function ensureExport(name) {
  const folder = exportFolder(name);
  const done = join(folder, 'metadata.json');
  if (existsSync(done) && sources.every((source) => newest(join(app, source)) < statSync(done).mtimeMs))
    return folder;
  rmSync(folder, { recursive: true, force: true });
  execFileSync(
    process.execPath,
    [join(app, 'node_modules/expo/bin/cli'), 'export', ...options[name], '--output-dir', folder],
    { cwd: app, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...quiet } },
  );
  return folder;
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
  const wanted = process.argv.slice(2);
  for (const name of wanted.length > 0 ? wanted : Object.keys(options)) {
    ensureExport(name);
    const bytes = bundles(name).reduce((sum, each) => sum + each.bytes, 0);
    console.log(`${name}: ${(bytes / 1e6).toFixed(1)} MB`);
  }
}
