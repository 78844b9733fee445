import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = '**/*.{ts,tsx}';

/** The one folder of src/ that may import a package. */
const packageOwners = [
  { packages: ['@prisma/*', '**/generated/prisma/*', 'pg'], folder: 'database' },
  { packages: ['@aws-sdk/client-eventbridge'], folder: 'events' },
  { packages: ['@aws-sdk/client-geo-routes'], folder: 'router' },
  { packages: ['@opentelemetry/*'], folder: 'telemetry' },
  { packages: ['prom-client'], folder: 'metrics' },
];

/** Forbids the packages that another folder owns. */
function packagesExceptOf(folder) {
  const patterns = packageOwners
    .filter((owner) => owner.folder !== folder)
    .map((owner) => ({ group: owner.packages, message: `Only ${owner.folder}/ may import this.` }));
  return { 'no-restricted-imports': ['error', { patterns }] };
}

/** Files of more than 300 lines, each with the reason why it is one file. */
const longFiles = {
  'client/src/tracker/FixSender.ts': 'one loop that takes, keeps and sends positions',
  'client/src/words/{english,german}.ts': 'every text of one language',
  'client/test/service/*.test.{ts,tsx}': 'one story each, told by actors on one service that is started once',
  'deploy/lib/alarms.ts': 'the table of all alarms',
  'deploy/test/image/image.test.ts': 'the steps of one image, which takes minutes to build',
  'deploy/test/templates.test.ts': 'all that is asserted of one synthesis, which takes a minute',
  'src/app.ts': 'the composition root, which builds everything and stops it in order',
  'src/redis/journeyStore.ts': 'one port, implemented method by method',
  'test/e2e/access.spec.ts': 'the table of who may do what',
  'test/e2e/lifecycle.spec.ts': 'the life of a journey from its start to each of its ends',
  'test/faults/operations.ts': 'the table of all operations, and how their answers are judged',
  'test/hostile/hostile.spec.ts': 'the table of hostile requests to one server',
  'test/model/commands.ts': 'the commands of the model, which share its state',
  'test/road/judge.ts': 'the executable model of one decision, rule by rule',
  'test/road/judge.spec.ts': 'the table of that decision',
  'test/redis/journeyStore.spec.ts': 'the suite of one port',
};

export default tseslint.config(
  {
    ignores: [
      '.data',
      '**/dist',
      '**/node_modules',
      '**/generated',
      '**/cdk.out',
      'coverage',
      'web/test-results',
      'web/playwright-report',
      'mobile/{android,ios,.expo}',
      'mobile/expo-env.d.ts',
    ],
  },
  js.configs.recommended,
  {
    files: [TYPESCRIPT],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A port's method is asynchronous for the one implementation that waits.
      '@typescript-eslint/require-await': 'off',
      // graphql's Kind is compared with its literals everywhere.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingUnknown: true, allowThrowingAny: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Node's test runner waits for the tests by itself.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['describe', 'it', 'test'], package: 'node:test' },
          ],
        },
      ],
    },
  },
  {
    // The tsconfig.json of the client is for what it publishes, without its tests.
    files: ['client/{src,test}/**/*.{ts,tsx}', 'client/*.ts'],
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: 'client/tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  {
    files: ['{client,web,mobile}/src/**/*.{ts,tsx}', 'mobile/{app,components}/**/*.tsx'],
    extends: [reactHooks.configs.flat.recommended],
    // A warning would be read by nobody.
    rules: { 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      // Settings come in by main.ts alone, and go on as a Config.
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Take it from the Config.' },
      ],
      ...packagesExceptOf(null),
    },
  },
  ...packageOwners.map(({ folder }) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: packagesExceptOf(folder),
  })),
  {
    // Programs with a command line of their own.
    files: ['src/main.ts', 'src/bin/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['{test,chaos}/**/*.ts', '*/{test,test-browser}/**/*.{ts,tsx}'],
    rules: {
      // The value of a response is what the test is about.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Each run of the app loads its modules anew, which an import cannot do.
    files: ['mobile/test/support/*.tsx'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...[
            'AbortSignal',
            'Buffer',
            'URL',
            '__dirname',
            'clearInterval',
            'clearTimeout',
            'console',
            'exports',
          ],
          ...['fetch', 'module', 'process', 'require', 'setInterval', 'setTimeout'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  { rules: { 'max-lines': ['error', 300] } },
  ...Object.keys(longFiles).map((file) => ({ files: [file], rules: { 'max-lines': 'off' } })),
);
