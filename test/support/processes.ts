import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** All processes that `pid` has started, those that these have started, and so on. */
export function descendantsOf(pid: number): number[] {
  const parents = parentOfEach();
  const below = (parent: number): number[] =>
    parents.filter((each) => each.parent === parent).flatMap((each) => [each.pid, ...below(each.pid)]);
  return below(pid);
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function parentOfEach(): { pid: number; parent: number }[] {
  // Small images have no `ps`.
  const lines = existsSync('/proc/self/stat') ? linesOfProc() : linesOfPs();
  return lines.map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

function linesOfProc(): (string | undefined)[][] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // The format is `pid (name) state ppid …`, and the name may contain any character.
        const parent = /.*\) \S+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
        return [[pid, parent]];
      } catch {
        // The process has ended in the meantime.
        return [];
      }
    });
}

const linesOfPs = (): string[][] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
