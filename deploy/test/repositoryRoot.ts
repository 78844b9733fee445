import path from 'node:path';

/** Seen from where the compiled tests lie: deploy/dist/test. */
export const deployFolder = path.resolve(__dirname, '../..');
export const repositoryRoot = path.resolve(deployFolder, '..');
