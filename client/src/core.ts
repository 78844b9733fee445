/** Everything that needs no React: what the main entry, `./shares` and `./fleet` have but their hooks. */
export * from './common.js';
export * from './fleet/core.js';
export * from './shares/core.js';
