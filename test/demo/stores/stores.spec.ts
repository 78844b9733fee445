import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { KeptProcess } from '../../../demo/stores/keptProcess';
import { startPostgres } from '../../../demo/stores/postgres';
import { startRedis } from '../../../demo/stores/redis';
import { isAlive } from '../../support/processes';

const untilGone = async (pid: number): Promise<void> => {
  for (const deadline = Date.now() + 5_000; isAlive(pid); await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} is still there`);
  }
};

const redisSays = async (port: number, command: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${command}\r\n`);
  const [reply] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return reply.toString().trim();
};

describe('A Redis of our own', () => {
  it('serves on loopback and leaves neither process nor file', async () => {
    const redis = await startRedis();
    expect(await redisSays(redis.port, 'PING')).toBe('+PONG');
    expect(await redisSays(redis.port, 'CONFIG GET bind')).toContain('127.0.0.1');
    const { pid } = redis;
    await redis.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('comes back empty at the same place after it was killed', async () => {
    const redis = await startRedis({ args: ['--maxmemory', '64mb'] });
    await redisSays(redis.port, 'SET key value');
    const { pid } = redis;
    process.kill(pid, 'SIGKILL');
    await untilGone(pid);
    await redis.resume();
    expect(redis.pid).not.toBe(pid);
    expect(await redisSays(redis.port, 'EXISTS key')).toBe(':0');
    expect(await redisSays(redis.port, 'CONFIG GET maxmemory')).toContain('67108864');
    await redis.stop();
  });

  it('can be stopped while it is paused', async () => {
    const redis = await startRedis();
    const { pid } = redis;
    process.kill(pid, 'SIGSTOP');
    await redis.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('says what is wrong when it does not start', async () => {
    await expect(startRedis({ args: ['--no-such-option', '1'] })).rejects.toThrow(
      /ended at its start[^]*no-such-option/,
    );
  });
});

describe('A PostgreSQL of our own', () => {
  it('keeps its data through a halt and a kill, and nothing of it stays after the stop', async () => {
    const postgres = await startPostgres();
    const query = async (sql: string): Promise<unknown[]> => {
      const client = new Client({ connectionString: postgres.url });
      client.on('error', () => undefined);
      await client.connect();
      const { rows } = await client.query(sql);
      await client.end();
      return rows;
    };
    const [{ data_directory: folder }] = (await query('SHOW data_directory')) as [{ data_directory: string }];
    await query('CREATE TABLE kept AS SELECT 1 AS one');

    await postgres.halt();
    await expect(query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.resume();
    await expect(query('SELECT * FROM kept')).resolves.toEqual([{ one: 1 }]);

    await postgres.halt();
    const { pid } = postgres;
    await postgres.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('lets nobody in without its password', async () => {
    const postgres = await startPostgres();
    const url = new URL(postgres.url);
    url.password = 'guess';
    const client = new Client({ connectionString: url.href });
    await expect(client.connect()).rejects.toThrow('password authentication failed');
    await postgres.stop();
  });
});

describe('A kept program', () => {
  const keeper = join(__dirname, '../../../demo/stores/keeper.mjs');

  it('ends with its parent, though that is killed, and its files go', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'journey-kept-'));
    const options = {
      command: 'sleep',
      args: ['600'],
      stopSignal: 'SIGTERM',
      graceMs: 500,
      removeAtEnd: folder,
    };
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `const keeper = require('node:child_process').spawn(
           process.execPath, process.argv.slice(1), { detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
         keeper.stdin.write('start\\n');`,
        keeper,
        JSON.stringify(options),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const { pid } = JSON.parse(line.toString()) as { pid: number };
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await untilGone(pid);
    while (existsSync(folder)) await sleep(20);
  });

  it('is killed when it does not heed its stop signal', async () => {
    const program = new KeptProcess({
      command: 'sh',
      args: ['-c', 'trap "" TERM; while :; do sleep 0.05; done'],
      stopSignal: 'SIGTERM',
      graceMs: 200,
    });
    const { ended } = await program.start();
    await sleep(100);
    await program.halt();
    await expect(ended).resolves.toMatchObject({ exit: 'SIGKILL' });
    await program.stop();
  });

  it('that is not installed is an error', async () => {
    const program = new KeptProcess({
      command: 'no-such-program',
      args: [],
      stopSignal: 'SIGTERM',
      graceMs: 200,
    });
    await expect(program.start()).rejects.toThrow(
      'no-such-program did not start: spawn no-such-program ENOENT',
    );
    await program.stop();
  });
});
