// What the native projects say to the systems and the stores, as `expo prebuild` writes them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const app = join(import.meta.dirname, '../..');
/** A copy: the folders android/ and ios/ of this one may be somebody's work. */
const project = mkdtempSync(join(tmpdir(), 'journey-app-'));
let manifest;
let plist;

before(() => {
  for (const part of ['app.json', 'package.json', 'assets', 'locales', 'index.ts'])
    cpSync(join(app, part), join(project, part), { recursive: true });
  symlinkSync(join(app, 'node_modules'), join(project, 'node_modules'));
  execFileSync(
    process.execPath,
    [join(app, 'node_modules/expo/bin/cli'), 'prebuild', '--no-install', '--platform', 'all'],
    {
      cwd: project,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1', CI: '1' },
    },
  );
  manifest = readFileSync(join(project, 'android/app/src/main/AndroidManifest.xml'), 'utf8');
  plist = readFileSync(join(project, 'ios/Journey/Info.plist'), 'utf8');
});
after(() => rmSync(project, { recursive: true, force: true }));

const permissions = () => [
  ...manifest.matchAll(/<uses-permission android:name="android\.permission\.(\w+)"( tools:node="remove")?/g),
];

test('Android asks for the position in the foreground, a foreground service and its notification, and nothing else', () => {
  const asked = permissions()
    .filter(([, , removed]) => !removed)
    .map(([, name]) => name);
  assert.deepEqual(asked.sort(), [
    'ACCESS_COARSE_LOCATION',
    'ACCESS_FINE_LOCATION',
    'FOREGROUND_SERVICE',
    'FOREGROUND_SERVICE_LOCATION',
    'INTERNET',
    'POST_NOTIFICATIONS',
  ]);
});

test('Android never asks for the position in the background, whatever a library declares', () => {
  const removed = permissions()
    .filter(([, , isRemoved]) => isRemoved)
    .map(([, name]) => name);
  assert.ok(removed.includes('ACCESS_BACKGROUND_LOCATION'));
});

test('the foreground service is of the type location', () => {
  const declared = readFileSync(
    join(app, 'node_modules/expo-location/android/src/main/AndroidManifest.xml'),
    'utf8',
  );
  assert.match(declared, /LocationTaskService"[^>]*android:foregroundServiceType="location"/s);
});

test('Android copies nothing of the app to a backup: the buffer holds positions', () => {
  assert.match(manifest, /android:allowBackup="false"/);
});

test('a sign-in link opens the app on both systems', () => {
  assert.match(manifest, /<data android:scheme="journey"\/>/);
  assert.match(plist, /<key>CFBundleURLSchemes<\/key>\s*<array>\s*<string>journey<\/string>/);
});

test('iOS says what the position is for, in both languages, and asks for "while using the app" alone', () => {
  const purpose = /NSLocationWhenInUseUsageDescription/;
  assert.match(
    plist,
    /<key>NSLocationWhenInUseUsageDescription<\/key>\s*<string>Your student sees [^<]+<\/string>/,
  );
  assert.doesNotMatch(plist, /NSLocationAlways|NSMotion|NSFaceID/);
  for (const language of ['en', 'de'])
    assert.match(
      readFileSync(join(project, `ios/Journey/Supporting/${language}.lproj/InfoPlist.strings`), 'utf8'),
      purpose,
    );
});

test('iOS lets the app go on with the location in the background', () => {
  assert.match(plist, /<key>UIBackgroundModes<\/key>\s*<array>[^]*?<string>location<\/string>[^]*?<\/array>/);
});

test('both systems may show the app light or dark', () => {
  assert.match(plist, /<key>UIUserInterfaceStyle<\/key>\s*<string>Automatic<\/string>/);
  const strings = readFileSync(join(project, 'android/app/src/main/res/values/strings.xml'), 'utf8');
  assert.match(strings, /expo_system_ui_user_interface_style"[^>]*>automatic</);
});
