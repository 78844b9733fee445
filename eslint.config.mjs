import js from '@eslint/js';
import { importX } from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom: a request goes http → graphql → domain → redis or database, and only app.ts sees both
 * sides of a port. `folder` may not import any of `never`.
 */
const modules = [
  {
    folder: 'domain',
    never: [
      'auth',
      'config',
      'database',
      'devtools',
      'events',
      'graphql',
      'http',
      'redis',
      'metrics',
      'telemetry',
    ],
  },
  { folder: 'redis', never: ['database', 'graphql', 'http'] },
  { folder: 'database', never: ['events', 'graphql', 'http', 'redis'] },
  { folder: 'events', never: ['database', 'graphql', 'http'] },
  { folder: 'graphql', never: ['auth', 'config', 'database', 'devtools', 'events', 'http', 'redis'] },
  { folder: 'auth', never: ['database', 'devtools', 'events', 'graphql', 'http', 'redis'] },
  { folder: 'http', never: ['database', 'devtools', 'events', 'redis'] },
  { folder: 'devtools', never: ['auth', 'database', 'events', 'graphql', 'http', 'redis'] },
  { folder: 'config', never: ['database', 'events', 'graphql', 'http'] },
];

/** The one folder that may import a package. */
const keepers = [
  { packages: ['@prisma/*', '**/generated/prisma/*', 'pg'], folder: 'database' },
  { packages: ['@aws-sdk/*'], folder: 'events' },
  { packages: ['@opentelemetry/*'], folder: 'telemetry' },
  { packages: ['prom-client'], folder: 'metrics' },
];

/** Forbids the kept packages, but for those that this folder keeps. */
function packagesExceptOf(folder) {
  const patterns = keepers
    .filter((keeper) => keeper.folder !== folder)
    .map((keeper) => ({ group: keeper.packages, message: `Only ${keeper.folder}/ may import this.` }));
  return { 'no-restricted-imports': ['error', { patterns }] };
}

export default tseslint.config(
  {
    ignores: [
      '.data',
      '**/dist',
      '**/node_modules',
      'coverage',
      'src/generated',
      'client/src/generated',
      'client/snippets',
      'deploy',
      'bench',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
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
    },
  },
  {
    files: ['client/**/*.{ts,tsx}', 'web/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { 'react-hooks': reactHooks },
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: ['client/tsconfig.test.json', 'web/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/require-await': 'off',
      // Bundles of callbacks are passed as interfaces with methods, and taken apart where they are used.
      '@typescript-eslint/unbound-method': 'off',
      // A listener of React's may be async: nobody waits for it.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // Playwright's fixtures have a `use` that is no hook.
    files: ['web/test-browser/**/*.ts'],
    rules: { 'react-hooks/rules-of-hooks': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: modules.map(({ folder, never }) => ({
            target: `./src/${folder}`,
            from: never.map((other) => `./src/${other}`),
            message: `${folder}/ may not import this: see the table of modules in eslint.config.mjs.`,
          })),
        },
      ],
      // Settings come in by main.ts alone, and go on as a Config.
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Take it from the Config.' },
      ],
    },
  },
  { files: ['src/**/*.ts'], rules: packagesExceptOf(null) },
  ...keepers.map(({ folder }) => ({ files: [`src/${folder}/**/*.ts`], rules: packagesExceptOf(folder) })),
  {
    // Programs with a command line of their own.
    files: ['src/main.ts', 'src/bin/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['test/**/*.ts', '{client,web}/test/**/*.{ts,tsx}', 'web/test-browser/**/*.ts'],
    rules: {
      // What an answer holds is what the test is about.
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
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        module: 'writable',
        require: 'readonly',
        exports: 'writable',
        __dirname: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
);
