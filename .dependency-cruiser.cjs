// Which file may import which, checked by `npm run check:imports`: no cycle anywhere, also not of types alone, and the
// layers of src/.

/**
 * Which folder of src/ may import which: a request goes http → graphql → domain → redis or database, and only app.ts
 * sees both sides of a port. `folder` may not import any of `never`.
 */
const layers = [
  {
    folder: 'domain',
    never: [
      ...['auth', 'bin', 'config', 'database', 'devtools', 'events', 'graphql', 'http', 'metrics', 'redis'],
      'router',
      'telemetry',
    ],
  },
  { folder: 'redis', never: ['bin', 'database', 'graphql', 'http', 'router'] },
  { folder: 'database', never: ['bin', 'events', 'graphql', 'http', 'redis', 'router'] },
  { folder: 'events', never: ['bin', 'database', 'graphql', 'http', 'router'] },
  {
    folder: 'router',
    never: ['auth', 'bin', 'database', 'devtools', 'events', 'graphql', 'http', 'metrics', 'redis'],
  },
  { folder: 'graphql', never: ['auth', 'bin', 'config', 'database', 'devtools', 'events', 'http', 'redis'] },
  { folder: 'auth', never: ['bin', 'database', 'devtools', 'events', 'graphql', 'http', 'redis'] },
  { folder: 'http', never: ['bin', 'database', 'devtools', 'events', 'redis'] },
  { folder: 'devtools', never: ['auth', 'bin', 'database', 'events', 'graphql', 'http', 'redis'] },
  { folder: 'config', never: ['bin', 'database', 'events', 'graphql', 'http'] },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'src-ships-alone',
      comment: 'The image has nothing but src/.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(bench|chaos|client|demo|deploy|eta|scripts|test|web)/' },
    },
    ...layers.map(({ folder, never }) => ({
      name: `layer-${folder}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: `^src/(${never.join('|')})/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|generated|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs'] },
  },
};
