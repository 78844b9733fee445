// The bundles as they would be shipped.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { bundles, ensureExports } from '../../scripts/exportApp.mjs';

const app = join(import.meta.dirname, '../..');

/** A tenth more than they were: something large that comes in unnoticed fails here. */
const mostBytes = { android: 5_000_000, ios: 5_000_000, web: 3_600_000 };

before(() => ensureExports());

for (const [platform, most] of Object.entries(mostBytes)) {
  test(`the export for ${platform} succeeds and is not larger than ${most / 1e6} MB`, (context) => {
    const bytes = bundles(platform).reduce((sum, each) => sum + each.bytes, 0);
    context.diagnostic(`${platform}: ${(bytes / 1e6).toFixed(2)} MB`);
    assert.ok(bytes > 1_000_000, `only ${bytes} bytes`);
    assert.ok(bytes <= most, `${bytes} bytes`);
  });
}

/** What React Native, Expo and the libraries take from the platform. All exist in Hermes or are put there by React Native and Expo; a library looks for the others before it uses them. */
const globals = [
  ...['AbortSignal', 'Blob', 'ErrorUtils', 'FileReader', 'FormData', 'Headers', 'Image', 'Intl', 'Promise'],
  ...[
    'REACT_NAVIGATION_DEVTOOLS',
    'ReadableStream',
    'Request',
    'ResizeObserver',
    'TextDecoder',
    'TextEncoder',
  ],
  ...[
    'TransformStream',
    'URL',
    'URLSearchParams',
    'WebSocket',
    'XMLHttpRequest',
    'atob',
    'cancelAnimationFrame',
  ],
  ...[
    'cancelIdleCallback',
    'clearImmediate',
    'clearInterval',
    'clearTimeout',
    'document',
    'nativeFabricUIManager',
  ],
  ...[
    'navigator',
    'performance',
    'requestAnimationFrame',
    'requestIdleCallback',
    'setInterval',
    'setTimeout',
  ],
];

test('the bundle for Hermes uses no other undeclared globals than these', () => {
  const [{ file }] = bundles('android-source');
  // A file of its own: hermesc replaces what it writes to, so as root it would turn /dev/null into an ordinary file.
  const folder = mkdtempSync(join(tmpdir(), 'journey-hermes-'));
  const { stderr, status } = spawnSync(
    hermesc(),
    ['-emit-binary', '-O0', '-out', join(folder, 'app.hbc'), file],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  rmSync(folder, { recursive: true, force: true });
  assert.equal(status, 0, stderr.slice(-2000));
  const found = new Set(
    [...stderr.matchAll(/the variable "(\w+)" was not declared/g)].map(([, name]) => name),
  );
  assert.deepEqual([...found].sort(), globals.sort());
});

function hermesc() {
  const folders = { linux: 'linux64-bin', darwin: 'osx-bin', win32: 'win64-bin' };
  const program = process.platform === 'win32' ? 'hermesc.exe' : 'hermesc';
  return join(app, 'node_modules/hermes-compiler/hermesc', folders[process.platform], program);
}

test('no bundle holds a token or an address of this machine', () => {
  for (const platform of ['android-source', 'web']) {
    for (const { file } of bundles(platform)) {
      const text = readFileSync(file, 'utf8');
      assert.doesNotMatch(text, /eyJhbGciOi/);
      assert.ok(!text.includes(app), `${file} names ${app}`);
    }
  }
});
