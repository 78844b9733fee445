import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type * as Esbuild from 'esbuild';
import { build as viteBuild } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const client = join(import.meta.dirname, '..');
const root = join(client, '..');
const peers = ['@apollo/client', 'graphql', 'react', 'rxjs'];
const names = ['JourneyTracker', 'journeyLink', 'trackerFor', 'useJourneyTracker', 'useLiveLocation'];

/** An app of its own, into which the package was installed as a registry gives it. */
let app: string;

const run = (command: string, args: string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const bin = (name: string): string => join(client, 'node_modules/.bin', name);

const write = (name: string, text: string): string => {
  writeFileSync(join(app, name), text);
  return join(app, name);
};

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'journey-client-'));
  run(process.execPath, ['scripts/build.mjs'], client);
  // Built just now: its own `prepack` would build it once more.
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', app], client),
  ) as [{ filename: string }];
  const modules = join(app, 'node_modules');
  const installed = join(modules, '@journey/client');
  mkdirSync(installed, { recursive: true });
  run('tar', ['xzf', join(app, filename), '--strip-components=1', '-C', installed], app);
  mkdirSync(join(modules, '@apollo'));
  for (const peer of peers) symlinkSync(join(client, 'node_modules', peer), join(modules, peer));
  write('package.json', JSON.stringify({ name: 'app', private: true }));
}, 300_000);
afterAll(() => rmSync(app, { recursive: true, force: true }));

describe('the package', () => {
  test('holds what it needs and nothing else', () => {
    expect(readdirSync(join(app, 'node_modules/@journey/client')).sort()).toEqual([
      'README.md',
      'browser',
      'core',
      'dist',
      'fleet',
      'package.json',
      'shares',
      'theme',
      'words',
    ]);
  });

  test.each(['--no-warnings', '--no-experimental-require-module'])(
    'is required by Node with %s',
    (option) => {
      const file = write(
        'required.cjs',
        `const all = require('@journey/client');
       const core = require('@journey/client/core');
       const browser = require('@journey/client/browser');
       if (core.JourneyTracker !== all.JourneyTracker) throw new Error('two copies');
       console.log(JSON.stringify([Object.keys(all), typeof browser.browserStorage]));`,
      );
      // Newer versions of Node may have dropped the second one.
      const flags = process.allowedNodeEnvironmentFlags.has(option) ? [option] : [];
      const [keys, storage] = JSON.parse(run(process.execPath, [...flags, file], app)) as [string[], string];
      expect(keys).toEqual(expect.arrayContaining(names));
      expect(storage).toBe('function');
    },
  );

  test('is imported by Node, by name', () => {
    const file = write(
      'imported.mjs',
      `import { ${names.join(', ')} } from '@journey/client';
       import { documentVisibility } from '@journey/client/browser';
       console.log([${names.join(', ')}, documentVisibility].map((each) => typeof each).join());`,
    );
    expect(run(process.execPath, [file], app).trim()).toBe(Array(6).fill('function').join());
  });

  describe('in an app without React', () => {
    /** Where the peer is not installed, an import of it fails. */
    let withoutReact: string;

    beforeAll(() => {
      withoutReact = mkdtempSync(join(tmpdir(), 'journey-core-'));
      mkdirSync(join(withoutReact, 'node_modules/@apollo'), { recursive: true });
      run('cp', ['-r', join(app, 'node_modules/@journey'), join(withoutReact, 'node_modules')], app);
      for (const peer of peers.filter((name) => name !== 'react'))
        symlinkSync(join(client, 'node_modules', peer), join(withoutReact, 'node_modules', peer));
    });
    afterAll(() => rmSync(withoutReact, { recursive: true, force: true }));

    const load = (name: string, text: string): unknown => {
      writeFileSync(join(withoutReact, name), text);
      return JSON.parse(run(process.execPath, [name], withoutReact));
    };

    test.each([
      [
        'core',
        ['ActiveJourneyWatch', 'JourneysWatch', 'LiveLocationWatch', 'LiveLocationsWatch', 'SharesWatch'],
      ],
      ['core', ['JourneyTracker', 'trackerFor', 'activeSession', 'CancelJourneyDocument', 'SharesDocument']],
      ['browser', ['browserGeolocation', 'browserStorage', 'documentVisibility']],
      ['words', ['describeJourney', 'wordsFor']],
      ['theme', ['colors', 'mapPalettes']],
    ])('%s is imported and required, with %j', (entry, expected) => {
      const isLoaded = `console.log(JSON.stringify(Object.keys(loaded)))`;
      const imported = `import * as loaded from '@journey/client/${entry}';\n${isLoaded}`;
      const required = `const loaded = require('@journey/client/${entry}');\n${isLoaded}`;
      expect(load('imported.mjs', imported)).toEqual(expect.arrayContaining(expected));
      expect(load('required.cjs', required)).toEqual(expect.arrayContaining(expected));
    });

    test('the parts with hooks cannot be loaded, which is what makes this a test', () => {
      for (const entry of ['', '/shares', '/fleet'])
        expect(() => load('hooks.mjs', `import '@journey/client${entry}';`)).toThrow(
          "Cannot find package 'react'",
        );
    });
  });

  test('is loaded by jest as it comes', () => {
    write(
      'plain.test.js',
      `const { ${names.join(', ')} } = require('@journey/client');
       test('is there', () => expect([${names.join(', ')}].every((each) => typeof each === 'function')).toBe(true));`,
    );
    const jest = join(root, 'node_modules/jest/bin/jest.js');
    run(process.execPath, [jest, '--rootDir', app, '--no-cache', '--testRegex', 'plain\\.test\\.js$'], app);
  });

  test('is bundled by Vite', async () => {
    write('vite.js', `export { ${names.join(', ')} } from '@journey/client';`);
    const built = await viteBuild({
      root: app,
      logLevel: 'silent',
      build: { write: false, lib: { entry: join(app, 'vite.js'), formats: ['es'] } },
    });
    const [{ output }] = built as unknown as [{ output: [{ exports: string[] }] }];
    expect(output[0].exports).toEqual(expect.arrayContaining(names));
  });

  test('is bundled by webpack', () => {
    write(
      'webpack.js',
      `import { ${names.join(', ')} } from '@journey/client';\nconsole.log(${names.join(', ')});`,
    );
    const file = write(
      'bundle.cjs',
      `const webpack = require(${JSON.stringify(join(client, 'node_modules/webpack'))});
       webpack({ mode: 'production', entry: './webpack.js', context: __dirname, output: { path: __dirname + '/packed' } },
         (error, stats) => {
           if (error || stats.hasErrors() || stats.hasWarnings()) {
             console.error(error ?? stats.toString());
             process.exit(1);
           }
         });`,
    );
    run(process.execPath, [file], app);
  }, 60_000);

  test('is bundled by Metro for a phone', () => {
    write(
      'metro.js',
      `const all = require('@journey/client');\nconsole.log(${names.map((name) => `all.${name}`).join(', ')});`,
    );
    const file = write(
      'metro.cjs',
      `const Metro = require(${JSON.stringify(join(client, 'node_modules/metro'))});
       (async () => {
         const config = await Metro.loadConfig({ config: '' + __dirname + '/metro.config.cjs' });
         const { code } = await Metro.runBuild(config, { entry: 'metro.js', platform: 'android', dev: false, minify: false, out: __dirname + '/metro-out.js' });
         if (!code.includes('journey-tracker')) throw new Error('the tracker is not in it');
       })().catch((error) => { console.error(error); process.exit(1); });`,
    );
    write(
      'metro.config.cjs',
      `module.exports = {
         projectRoot: __dirname,
         watchFolders: [${JSON.stringify(join(client, 'node_modules'))}],
         reporter: { update() {} },
         maxWorkers: 1,
         resolver: { useWatchman: false, nodeModulesPaths: [${JSON.stringify(join(client, 'node_modules'))}] },
         cacheStores: [],
       };`,
    );
    run(process.execPath, [file], app);
  }, 120_000);

  test('has nothing to report for publint', () => {
    expect(run(bin('publint'), ['--strict', join(app, 'node_modules/@journey/client')], client)).toContain(
      'All good!',
    );
  }, 60_000);

  test('has types that fit whatever resolves them', () => {
    const tarball = readdirSync(app).find((name) => name.endsWith('.tgz'))!;
    expect(run(bin('attw'), [join(app, tarball), '--format', 'ascii'], client)).toContain(
      'No problems found',
    );
  }, 60_000);
});

describe('what an app downloads', () => {
  const gzipped = async (
    code: string,
    external = [...peers, ...peers.map((peer) => `${peer}/*`)],
  ): Promise<number> => {
    const require = createRequire(import.meta.resolve('vite'));
    const esbuild = (await import(pathToFileURL(require.resolve('esbuild')).href)) as typeof Esbuild;
    const { outputFiles } = await esbuild.build({
      stdin: { contents: code, resolveDir: app },
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      target: 'es2022',
      external,
    });
    return gzipSync(outputFiles[0]!.contents).length;
  };

  test('is at most 20 kB for everything', async () => {
    const all = `export * from '@journey/client'; export * from '@journey/client/browser';`;
    expect(await gzipped(all)).toBeLessThanOrEqual(20_000);
  });

  test('is at most 10 kB for a student’s screen', async () => {
    const screen = ['useLiveLocation', 'moveMarker', 'interpolate', 'ageNow', 'failureOf', 'journeyLink'];
    const student = `export { ${screen.join(', ')} } from '@journey/client';
      export { documentVisibility } from '@journey/client/browser';`;
    expect(await gzipped(student)).toBeLessThanOrEqual(10_000);
  });

  test('is at most 5 kB more for the shares and the fleet', async () => {
    const all = `export * from '@journey/client'; export * from '@journey/client/browser';`;
    const more = `export * from '@journey/client/shares'; export * from '@journey/client/fleet';`;
    expect((await gzipped(all + more)) - (await gzipped(all))).toBeLessThanOrEqual(5000);
  });

  test('needs no other package for words and colours, and is at most 12.5 kB for all of both', async () => {
    const words = `export * from '@journey/client/words'; export * from '@journey/client/theme';`;
    expect(await gzipped(words, [])).toBeLessThanOrEqual(12_500);
  });

  test('is at most 6 kB for the words of one language', async () => {
    const words = `export { describeJourney, englishWords, journeyNotes, journeyView } from '@journey/client/words';`;
    expect(await gzipped(words, [])).toBeLessThanOrEqual(6000);
  });
});
