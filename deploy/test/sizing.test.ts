import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { loads, MAX_GROWTH, readCapacity, sizingFor, tasksWithoutZone } from '../lib/sizing';
import { repositoryRoot } from './repositoryRoot';

/** Memory of one node, in GB, by AWS' list of ElastiCache node types. */
const NODE_MEMORY_GB: Readonly<Record<string, number>> = {
  'cache.m7g.large': 6.38,
  'cache.m7g.xlarge': 12.93,
};
/** The alarm RedisMemory rises above it. */
const MEMORY_ALARM_SHARE = 0.7;
/** A request costs Redis up to half as much again in a cluster as on one node (docs/performance.md). */
const CLUSTER_FACTOR = 1.5;

const capacity = readCapacity();

it('one task more is needed where the two zones that are left could not carry the load', () => {
  const levels = capacity.levels.map((level) => ({ ...level, serverCores: 0.9, tasks: 2 }));
  assert.equal(sizingFor('10k', { ...capacity, levels })?.minTasks, 3);
});

for (const load of loads) {
  const sizing = sizingFor(load)!;
  const level = capacity.levels.find(({ journeys }) => journeys === sizing.journeys)!;
  const requestsPerSecond = level.pollsPerSecond + level.updatesPerSecond;

  describe(`for ${load} journeys`, () => {
    it('the tasks use at most the planned share of their cores, also at most 80 % when a zone is lost, and one task less would not do', () => {
      const isEnough = (tasks: number) =>
        tasks >= 2 &&
        level.serverCores / tasks <= capacity.plannedShare &&
        level.serverCores / tasksWithoutZone(tasks) <= 0.8;
      assert.ok(isEnough(sizing.minTasks));
      assert.ok(!isEnough(sizing.minTasks - 1));
      assert.equal(sizing.maxTasks, sizing.minTasks * MAX_GROWTH);
    });

    it('no task is added at the load that was planned, and one is added before the process has no core left', () => {
      assert.ok(requestsPerSecond / sizing.minTasks <= sizing.requestsPerSecondPerTask * 1.05);
      const coreOfOneRequest = level.serverCores / requestsPerSecond;
      const shareAtThreshold = sizing.requestsPerSecondPerTask * coreOfOneRequest;
      assert.ok(Math.abs(shareAtThreshold - capacity.plannedShare) < 0.05, `${shareAtThreshold} of a core`);
      assert.equal(sizing.targetCpuPercent, capacity.plannedShare * 100);
    });

    it('Redis has enough shards for the load in a cluster, and enough memory below its alarm', () => {
      assert.ok(sizing.valkeyShards >= level.redisShards);
      assert.ok((level.redisCores * CLUSTER_FACTOR) / sizing.valkeyShards <= 0.6);
      const memoryGb = sizing.valkeyShards * NODE_MEMORY_GB[sizing.valkeyNodeType]! * MEMORY_ALARM_SHARE;
      assert.ok(level.redisMemoryGb <= memoryGb);
    });
  });
}

it('a load that has no sizing is not taken for one', () => {
  assert.equal(sizingFor('1M'), undefined);
  assert.equal(sizingFor('toString'), undefined);
});

describe('the documents show the figures of the bench and the deployment', () => {
  const rowsOf = (file: string, from: string, to: string): string[][] => {
    const text = readFileSync(path.join(repositoryRoot, file), 'utf8');
    const section = text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from) + from.length));
    return section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map((line) => line.split('|').map((cell) => cell.trim()));
  };
  const count = (number: number) => number.toLocaleString('en');

  it('docs/performance.md has the capacity table that the sizes are computed from', () => {
    const rows = rowsOf('docs/performance.md', '<!-- bench:capacity -->', '<!-- /bench:capacity -->');
    assert.deepEqual(
      rows.map(([, journeys, polls, updates, , tasks, , shards]) => [
        journeys,
        polls,
        updates,
        tasks,
        shards,
      ]),
      capacity.levels.map((level) =>
        [level.journeys, level.pollsPerSecond, level.updatesPerSecond, level.tasks, level.redisShards].map(
          count,
        ),
      ),
    );
  });

  it('docs/operations.md has the sizes of each load', () => {
    const rows = rowsOf('docs/operations.md', '| 10k', '\n\n');
    const cells = new Map(rows.map(([, title, ...values]) => [title, values]));
    loads.forEach((load, column) => {
      const { valkeyShards, valkeyNodeType, databaseInstanceType, databaseStorageGiB } = sizingFor(load)!;
      assert.equal(cells.get('Valkey')?.[column], `${valkeyShards} shards × 2 \`${valkeyNodeType}\``);
      assert.equal(
        cells.get('PostgreSQL')?.[column],
        `\`db.${databaseInstanceType}\`, ${databaseStorageGiB} GiB`,
      );
    });
  });
});
