import { setTimeout as sleep } from 'node:timers/promises';

import { allPartitions, partitionOf } from '../../src/redis/keys';
import { eventually } from '../faults/eventually';
import { operations } from '../faults/operations';
import {
  arrange,
  FAULT_SETTINGS,
  isUnavailable,
  journeyInRedis,
  judge,
  repeatUntilAnswered,
  retryWhileUnavailable,
  type Operation,
  type Scene,
} from '../faults/scenes';
import { metersFromHome, TestService, type Booking, type GraphQLAnswer } from '../support/service';
import type { ClusterNode, RedisCluster } from './redisCluster';

/** A session id that belongs to this partition. */
export function idIn(partition: string, name: string): string {
  for (let at = 0; ; at += 1) {
    const id = `${name}-${at}`;
    if (partitionOf(id) === partition) return id;
  }
}

interface Count {
  right: number;
  unavailable: number;
}

const noCounts = (): Count => ({ right: 0, unavailable: 0 });

export interface SlotReport {
  /** Answers to operations in the slot, from the announcement of the move to its end. */
  readonly moving: Count;
  /** Answers to polls in another slot of the same node during the move. */
  readonly elsewhere: Count;
  readonly wrong: string[];
  /** From the end of the move to the first right answer, ms. */
  readonly recoveryMs: number;
}

/** Moves a partition's slot to another master, key by key, and sends operations at each stage. */
export async function moveSlot(cluster: RedisCluster): Promise<SlotReport> {
  const service = await TestService.start({
    ...FAULT_SETTINGS,
    REDIS_URL: cluster.url,
    // What needs keys on both nodes is tried again until then, so a longer one would make the test slow.
    REDIS_TIMEOUT_MS: '200',
  });
  try {
    const moving = '17';
    const slot = Number(await cluster.masters[0]!.direct.cluster('KEYSLOT', `{${moving}}`));
    const from = await cluster.masterOf(`{${moving}}`);
    const to = cluster.masters.find((node) => node !== from)!;
    const masters = await Promise.all(allPartitions.map((partition) => cluster.masterOf(`{${partition}}`)));
    const staying = allPartitions.find((partition, at) => partition !== moving && masters[at] === from)!;

    const scenesOf = (round: string) =>
      Promise.all(
        operations.map((operation, at) =>
          arrange(service, operation, idIn(moving, `${round}-${at}-${Date.now()}`)),
        ),
      );
    const [announced, moved] = [await scenesOf('announced'), await scenesOf('moved')];
    const heldOn = (node: ClusterNode, scene: Scene) => journeyInRedis(node.direct, service.keys, scene);
    const arranged = await Promise.all(moved.map((scene) => heldOn(from, scene)));
    const bystander = await service.book({ id: idIn(staying, `bystander-${Date.now()}`) });
    await retryWhileUnavailable(() => bystander.trainer.start(bystander.id, 'once'));

    const report = { moving: noCounts(), elsewhere: noCounts(), wrong: [] as string[] };
    const ask = async (operation: Operation, scene: Scene): Promise<void> => {
      const verdict = judge(operation, scene, await operation.act(scene));
      if (typeof verdict === 'object') report.wrong.push(verdict.wrong);
      else report.moving[verdict] += 1;
      const poll = () => bystander.student.poll(bystander.id);
      const polled = await poll();
      note(report, report.elsewhere, isLate(polled) ? await poll() : polled);
    };
    const askAll = async (scenes: readonly Scene[]): Promise<void> => {
      for (const [at, operation] of operations.entries()) await ask(operation, scenes[at]!);
    };

    await to.direct.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
    await from.direct.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
    await askAll(announced);
    const [poll] = operations as [Operation];
    for (const [at, key] of (await from.direct.cluster('GETKEYSINSLOT', slot, 1000)).entries()) {
      await from.direct.call('MIGRATE', '127.0.0.1', to.store.port, key, 0, 1000);
      if (at % 8 === 0) await ask(poll, moved[0]!);
    }
    await askAll(moved);
    for (const node of [to, from, ...cluster.masters]) {
      await node.direct.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
    }
    const movedAt = performance.now();
    await retryWhileUnavailable(() => poll.act(moved[0]!));
    const recoveryMs = performance.now() - movedAt;
    for (const [at, operation] of operations.entries()) {
      const [scene, read] = [moved[at]!, () => heldOn(to, moved[at]!)];
      const verdict = await repeatUntilAnswered(operation, scene, { read, arranged: arranged[at]! });
      if (verdict !== 'right')
        report.wrong.push(typeof verdict === 'object' ? verdict.wrong : operation.name);
    }
    return { ...report, recoveryMs };
  } finally {
    await service.stop();
  }
}

export interface LossReport {
  /** Answers to polls and updates in the partitions of the other masters (`kept`) and of the killed one (`lost`). */
  readonly kept: Count;
  readonly lost: Count;
  readonly wrong: string[];
  /** From the replica's promotion to the first right answer, ms. */
  readonly recoveryMs: number;
}

/** Kills the master of partition 00 under load; its replica takes over. A cluster survives this only once, because nothing restarts the master. */
export async function loseMaster(cluster: RedisCluster): Promise<LossReport> {
  const service = await TestService.start({
    ...FAULT_SETTINGS,
    REDIS_URL: cluster.url,
    // Shorter than the takeover, so that the partitions of the dead master become unavailable.
    REDIS_TIMEOUT_MS: '1000',
  });
  try {
    const master = await cluster.masterOf('{00}');
    const witness = cluster.masters.find((node) => node !== master)!;
    const booked = await Promise.all(
      allPartitions.slice(0, 24).map(async (partition) => {
        const booking = await service.book({ id: idIn(partition, `load-${Date.now()}`) });
        await retryWhileUnavailable(() => booking.trainer.start(booking.id, 'once'));
        return { booking, isLost: (await cluster.masterOf(`{${partition}}`)) === master };
      }),
    );
    // Wait until the replica has these starts, so that the failover can't lose them.
    await master.direct.wait(1, 5000);

    const report = { kept: noCounts(), lost: noCounts(), wrong: [] as string[] };
    let working = true;
    const use = async ({ booking, isLost }: { booking: Booking; isLost: boolean }): Promise<void> => {
      const { student, trainer, id } = booking;
      while (working) {
        note(report, isLost ? report.lost : report.kept, await student.poll(id));
        const fix = { ...metersFromHome(500), accuracy: 50 };
        note(report, isLost ? report.lost : report.kept, await trainer.update(id, fix));
        await sleep(50);
      }
    };
    const load = Promise.all(booked.map(use));
    let recoveryMs: number;
    try {
      await sleep(500);
      process.kill(master.store.pid, 'SIGKILL');
      let promoted: ClusterNode | undefined;
      const takenOver = async (): Promise<boolean> => {
        promoted = await cluster.masterOf('{00}', witness);
        return promoted !== undefined && promoted !== master;
      };
      await eventually('a replica takes over', takenOver, 20_000);
      const promotedAt = performance.now();
      const first = booked.find(({ isLost }) => isLost)!.booking;
      await retryWhileUnavailable(() => first.student.poll(first.id));
      recoveryMs = performance.now() - promotedAt;
      await sleep(500);
    } finally {
      working = false;
    }
    await load;

    for (const { booking } of booked) {
      const { student, trainer, id } = booking;
      note(report, noCounts(), await retryWhileUnavailable(() => student.poll(id)));
      await retryWhileUnavailable(() => trainer.stop(id));
    }
    return { ...report, recoveryMs };
  } finally {
    await service.stop();
  }
}

/** One reply that came too late may be the machine's fault; a refusal, a lost connection or an open breaker is not. */
const isLate = ({ errors }: GraphQLAnswer): boolean =>
  errors?.some(({ message }) => message.includes('did not answer in time')) ?? false;

/** Counts an answer about an active journey. */
function note({ wrong }: { wrong: string[] }, count: Count, answer: GraphQLAnswer): void {
  if (answer.errors) {
    if (isUnavailable(answer)) count.unavailable += 1;
    else wrong.push(JSON.stringify(answer.errors));
  } else if (answer.data.liveLocation?.isActive === false) wrong.push(JSON.stringify(answer.data));
  else count.right += 1;
}
