import { cpus } from 'node:os';

import { loseMaster, moveSlot } from '../test/cluster/changes';
import { RedisCluster } from '../test/cluster/redisCluster';
import { raceAlerts } from '../test/faults/alertRaces';
import { surviveKills } from '../test/faults/killing';
import { operations } from '../test/faults/operations';
import { serverFaults, FaultyServerService } from '../test/faults/serverFaults';
import { FaultyConnectionService } from '../test/faults/connectionFaults';
import type { FaultKind } from '../test/support/faultProxy';
import { build } from '../test/support/program';
import { failEventBridge, losePostgres } from './dependencies';
import { failPersonalData } from './personalData';
import { failRouter, type RouterFault } from './router';
import { failSweeps } from './sweeps';
import { Row, tableOf } from './table';

const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 10);
const TIMEOUT_MS = 200;

const connectionFaults: Readonly<Record<FaultKind, string>> = {
  cutBefore: 'connection cut before the command ran',
  cutAfter: 'connection cut after the command ran, reply lost',
  swallowReply: 'no reply, connection stays open',
  delayReply: 'reply comes too late',
  hold: 'command delayed in the network, arriving after the 503',
  holdAndCut: 'the same, and the connection cut at once',
};

const faultKinds = Object.keys(connectionFaults) as FaultKind[];

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
  let service: FaultyConnectionService;
  beforeAll(async () => {
    service = await FaultyConnectionService.start(TIMEOUT_MS);
  });
  afterAll(() => service.stop());

  it.each(Object.entries(connectionFaults))('%s', async (kind, name) => {
    const counts = row(name);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const operation of operations) {
        const { verdict, contradictions, recoveryMs } = await service.runWithFault(operation, {
          kind: kind as FaultKind,
          times: round % 2 ? 1 : Infinity,
          delayMs: TIMEOUT_MS + 50 * (round % 5),
        });
        counts.count(verdict);
        counts.wrong.push(...contradictions);
        counts.recoveriesMs.push(recoveryMs);
      }
    }
    expect(counts.wrong).toEqual([]);
  });
});

describe('A Redis server, or the process that uses it', () => {
  let faulty: FaultyServerService;
  beforeAll(async () => {
    faulty = await FaultyServerService.start(TIMEOUT_MS);
  });
  afterAll(() => faulty.stop());

  it.each(serverFaults)('$name', async (fault) => {
    const counts = row(fault.name);
    for (let round = 0; round < ROUNDS; round += 1) {
      const outcome = await faulty.during(fault);
      for (const verdict of outcome.verdicts) counts.count(verdict);
      counts.wrong.push(...outcome.contradictions);
      counts.recoveriesMs.push(outcome.recoveryMs);
      if (!fault.keepsData) continue;
      for (const [at, verdict] of (await faulty.repeatUnavailable(outcome)).entries()) {
        if (typeof verdict === 'object') counts.wrong.push(verdict.wrong);
        else if (verdict !== 'right') counts.wrong.push(`${operations[at]!.name} stays unavailable`);
      }
    }
    expect(counts.wrong).toEqual([]);
  });
});

describe('A Redis Cluster', () => {
  it('loses masters and moves slots', async () => {
    const [moving, elsewhere] = [
      row('slot moving to another node: the slot'),
      row('the same: other slots of the node'),
    ];
    const [lost, kept] = [row('a master killed: its partitions'), row('the same: other partitions')];
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

describe('Other dependencies', () => {
  it('EventBridge refuses and throttles calls, cuts connections and loses replies', async () => {
    const counts = row('EventBridge refuses, throttles, cuts and loses replies');
    await failEventBridge(counts, 20 * ROUNDS);
    expect({ wrong: counts.wrong, lost: counts.lost }).toEqual({ wrong: [], lost: 0 });
  });

  it('PostgreSQL is unavailable', async () => {
    const counts = row('PostgreSQL unavailable (events: durable records)');
    await losePostgres(counts, ROUNDS);
    expect({ wrong: counts.wrong, lost: counts.lost }).toEqual({ wrong: [], lost: 0 });
  });
});

describe('The road router', () => {
  it.each<[RouterFault, string]>([
    ['hang', 'hangs'],
    ['garbage', 'answers garbage'],
    ['error', 'answers 500'],
    ['away', 'is away'],
    ['turnsLost', 'answers, and Redis loses turns and answers'],
  ])('%s', async (fault, name) => {
    const counts = row(`the road router ${name}`);
    await failRouter(counts, fault, Math.max(1, ROUNDS / 5));
    expect(counts.wrong).toEqual([]);
  });
});

describe('Work that no request waits for', () => {
  it('sweeps while the connection to Redis fails', async () => {
    const counts = row('Redis fails in the middle of sweeps: alerts, expiry');
    for (const kind of faultKinds.slice(0, Math.max(2, ROUNDS))) await failSweeps(counts, kind);
    expect({ wrong: counts.wrong, lost: counts.lost }).toEqual({ wrong: [], lost: 0 });
  });

  it('exports and erases personal data while a store fails', async () => {
    const counts = row('a store fails in the middle of an export or erasure');
    for (const kind of faultKinds) await failPersonalData(counts, kind, ROUNDS);
    expect(counts.wrong).toEqual([]);
  });
});

describe('Processes that sweep the same journeys', () => {
  it('are killed in the middle of their steps', async () => {
    const counts = row('processes killed in the middle of a sweep: alerts');
    const report = await raceAlerts({
      processes: 3,
      journeys: 2 * ROUNDS,
      noShows: 2 * ROUNDS,
      kills: Math.max(1, ROUNDS / 2),
    });
    counts.wrong.push(...report.wrong);
    if (report.appended !== report.expected)
      counts.wrong.push(`${report.appended} alerts instead of ${report.expected}`);
    counts.addDeliveries(report.expected, report.delivered, report.expected - report.delivered);
    counts.recoveriesMs.push(...report.recoveryMs);
    expect({ wrong: counts.wrong, lost: counts.lost }).toEqual({ wrong: [], lost: 0 });
  });
});

describe('The process', () => {
  it('is killed repeatedly', async () => {
    const counts = row('the process killed (SIGKILL), under load');
    const report = await surviveKills({ kills: 2 * ROUNDS, trainers: 12, lifeMs: 1500 });
    // Requests that died with the process were sent again and are not counted.
    counts.add(report);
    counts.wrong.push(...report.wrong, ...report.changed, ...report.unrecorded);
    if (report.stages.some((times) => times !== 1)) counts.wrong.push('a stage was reached twice');
    if (report.appended !== report.expected)
      counts.wrong.push(`${report.appended} changes instead of ${report.expected}`);
    counts.addDeliveries(report.expected, report.delivered, report.lost.length);
    counts.recoveriesMs.push(...report.recoveryMs);
    expect({ wrong: counts.wrong, lost: counts.lost }).toEqual({ wrong: [], lost: 0 });
  });
});
