import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const setup = join(__dirname, '../../scripts/setup.mjs');

/** A machine whose PATH holds only what a test puts there. */
class Machine {
  private readonly bin = mkdtempSync(join(tmpdir(), 'journey-machine-'));

  constructor() {
    for (const program of ['env', 'chmod', 'cat'])
      symlinkSync(
        ['/usr/bin', '/bin'].map((folder) => join(folder, program)).find(existsSync)!,
        join(this.bin, program),
      );
    // Where a test does not run as root it is asked to, and does not refuse.
    this.has('sudo', '[ "$1" = -n ] && shift; exec "$@"');
  }

  has(program: string, script: string): this {
    const file = join(this.bin, program);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return this;
  }

  /** An apt-get that installs this program instead of asking Debian, and notes what it was asked. */
  hasAptGet(installed: string, script: string): this {
    const file = join(this.bin, installed);
    return this.has(
      'apt-get',
      `echo "$@" >> ${this.bin}/asked
       [ "$1" = install ] || exit 0
       printf '#!/bin/sh\\n%s\\n' '${script}' > ${file}; chmod 755 ${file}`,
    );
  }

  get asked(): string[] {
    const file = join(this.bin, 'asked');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  setUp(env: NodeJS.ProcessEnv = {}): { code: number | null; said: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [setup, 'installed'], {
      encoding: 'utf8',
      env: { PATH: this.bin, ...env },
    });
    return { code: status, said: stdout + stderr };
  }

  remove(): void {
    rmSync(this.bin, { recursive: true });
  }
}

describe('The set-up of a machine', () => {
  let machine: Machine;
  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  it.each([
    ['redis-server', 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'],
    ['valkey-server', 'Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'],
  ])('is content with a %s that is there, and says nothing', (program, version) => {
    machine.has(program, `echo '${version}'`);
    expect(machine.setUp()).toEqual({ code: 0, said: '' });
  });

  it('installs Redis by apt-get, after an update, and says so', () => {
    machine.hasAptGet('redis-server', 'echo Redis server v=7.0.15');
    const { code, said } = machine.setUp();
    expect(code).toBe(0);
    expect(said).toContain(
      'No redis-server or valkey-server of version 7 or later on the PATH: installing one',
    );
    expect(machine.asked).toEqual([
      '--version',
      'update -qq',
      expect.stringMatching(/^install .*redis-server$/),
    ]);
  });

  it('says in one message what to do when nothing can install it', () => {
    const { code, said } = machine.setUp();
    expect(code).toBe(1);
    expect(said).toContain('docker run --rm -d -p 127.0.0.1:6379:6379 redis:7');
    expect(said).toContain('TEST_REDIS_URL=redis://127.0.0.1:6379');
    expect(said).not.toContain('    at ');
  });

  it('says the same when apt-get fails, and when what it installs is too old for our scripts', () => {
    machine.has('apt-get', '[ "$1" = --version ] || exit 100');
    expect(machine.setUp()).toEqual({
      code: 1,
      said: expect.stringMatching(/apt-get update.*failed[^]*docker run/),
    });

    machine.hasAptGet('redis-server', 'echo Redis server v=6.2.7');
    expect(machine.setUp()).toEqual({
      code: 1,
      said: expect.stringMatching(/version 7 or later[^]*docker run/),
    });
  });

  it('needs none when the address of a running one is set', () => {
    expect(machine.setUp({ TEST_REDIS_URL: 'redis://elsewhere' })).toEqual({ code: 0, said: '' });
  });
});
