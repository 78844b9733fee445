import { cpus } from 'node:os';

import { loseMaster, moveSlot } from '../test/cluster/changes';
import { RedisCluster } from '../test/cluster/redisCluster';
import { surviveKills } from '../test/faults/killing';
import { operations } from '../test/faults/operations';
import { serverFaults, VictimService } from '../test/faults/serverFaults';
import { StruckService } from '../test/faults/striking';
import type { FaultKind } from '../test/support/faultProxy';
import { build } from '../test/support/program';
import { failEventBridge, losePostgres } from './neighbours';
import { Row, tableOf } from './table';

const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 10);
const TIMEOUT_MS = 200;

const connectionFaults: Readonly<Record<FaultKind, string>> = {
  cutBefore: 'connection cut before the command ran',
  cutAfter: 'connection cut after it ran, its reply lost',
  swallowReply: 'reply never comes, connection stays open',
  delayReply: 'reply comes too late',
  hold: 'command stalled on the way, arriving after the 503',
  holdAndCut: 'the same, the connection cut at once',
};

const rows: Row[] = [];
function row(fault: string): Row {
  const one = new Row(fault);
  rows.push(one);
  return one;
}

beforeAll(build, 60_000);
afterAll(() => {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}`;
  process.stdout.write(
    `\n${new Date().toISOString().slice(0, 10)}, ${machine}, ${ROUNDS} rounds\n\n${tableOf(rows)}\n\n`,
  );
});

describe('Connections to Redis', () => {
  let service: StruckService;
  beforeAll(async () => {
    service = await StruckService.start(TIMEOUT_MS);
  });
  afterAll(() => service.stop());

  it.each(Object.entries(connectionFaults))('%s', async (kind, name) => {
    const counts = row(name);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const operation of operations) {
        const { verdict, untruths, recoveryMs } = await service.strike(operation, {
          kind: kind as FaultKind,
          times: round % 2 ? 1 : Infinity,
          delayMs: TIMEOUT_MS + 50 * (round % 5),
        });
        counts.count(verdict);
        counts.wrong.push(...untruths);
        counts.recoveriesMs.push(recoveryMs);
      }
    }
    expect(counts.wrong).toEqual([]);
  });
});

describe('Redis itself', () => {
  let victims: VictimService;
  beforeAll(async () => {
    victims = await VictimService.start(TIMEOUT_MS);
  });
  afterAll(() => victims.stop());

  it.each(serverFaults)('$name', async (fault) => {
    const counts = row(`Redis ${fault.name}`);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { verdicts, scenes, recoveryMs } = await victims.during(fault);
      for (const verdict of verdicts) counts.count(verdict);
      counts.recoveriesMs.push(recoveryMs);
      if (fault.keepsData) {
        const later = await victims.again(scenes, verdicts);
        counts.wrong.push(
          ...later.flatMap((verdict) => (typeof verdict === 'object' ? [verdict.wrong] : [])),
        );
      }
    }
    expect(counts.wrong).toEqual([]);
  });
});

describe('A Redis Cluster', () => {
  it('loses masters and moves slots', async () => {
    const [moving, elsewhere] = [
      row('slot moving to another node: in the slot'),
      row('the same: elsewhere on the node'),
    ];
    const [lost, kept] = [row('a master killed: in its partitions'), row('the same: in the others')];
    for (let round = 0; round < Math.max(1, ROUNDS / 5); round += 1) {
      const cluster = await RedisCluster.start();
      try {
        const slot = await moveSlot(cluster);
        moving.add(slot.moving);
        elsewhere.add(slot.elsewhere);
        moving.wrong.push(...slot.wrong);
        moving.recoveriesMs.push(slot.recoveryMs);
        const loss = await loseMaster(cluster);
        lost.add(loss.lost);
        kept.add(loss.kept);
        lost.wrong.push(...loss.wrong);
        lost.recoveriesMs.push(loss.recoveryMs);
      } finally {
        await cluster.stop();
      }
    }
    expect([...moving.wrong, ...lost.wrong]).toEqual([]);
  });
});

describe('The neighbours', () => {
  it('EventBridge refuses, throttles, cuts, loses', async () => {
    const counts = row('EventBridge refuses, throttles, cuts and loses replies');
    await failEventBridge(counts, 20 * ROUNDS);
    expect({ wrong: counts.wrong, lost: counts.lost }).toEqual({ wrong: [], lost: 0 });
  });

  it('PostgreSQL is away', async () => {
    const counts = row('PostgreSQL away (events: durable records)');
    await losePostgres(counts, ROUNDS);
    expect({ wrong: counts.wrong, lost: counts.lost }).toEqual({ wrong: [], lost: 0 });
  });
});

describe('The process', () => {
  it('is killed again and again', async () => {
    const counts = row('the process killed (SIGKILL), under load');
    const report = await surviveKills({ kills: 2 * ROUNDS, trainers: 12, lifeMs: 1500 });
    // The rest died with the process, and was asked again.
    counts.add(report);
    counts.wrong.push(...report.wrong, ...report.changed, ...report.unrecorded);
    if (report.appended !== report.expected)
      counts.wrong.push(`${report.appended} changes instead of ${report.expected}`);
    counts.held(report.expected, report.delivered, report.lost.length);
    counts.recoveriesMs.push(...report.recoveryMs);
    expect({ wrong: counts.wrong, lost: counts.lost }).toEqual({ wrong: [], lost: 0 });
  });
});
