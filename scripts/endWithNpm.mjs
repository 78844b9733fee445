// Ends this process when the npm that runs it ends, in whatever way. npm passes SIGTERM and SIGINT to its shell alone,
// which ends without passing them on, and passes nothing at all when it is killed or its terminal closes.
//
// A worker watches, so that it also notices while the main thread waits for a step of the set-up.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isMainThread, Worker } from 'node:worker_threads';

const POLL_MS = 250;
const SHELLS = ['sh', 'ash', 'bash', 'dash', 'ksh', 'zsh'];

/** Call once, before anything is started. The process gets SIGTERM, as from an operator. */
export function endWithNpm() {
  // Whoever starts it without npm may close the shell and let it run.
  if (process.env.npm_lifecycle_event) new Worker(new URL(import.meta.url)).unref();
}

function watch() {
  const parent = process.ppid;
  // npm starts a shell. Some shells replace themselves by the program: then the parent is npm itself.
  const npm = SHELLS.includes(nameOf(parent)) ? parentOf(parent) : undefined;
  const isCut = () => process.ppid !== parent || (npm !== undefined && parentOf(parent) !== npm);
  const timer = setInterval(() => {
    if (!isCut()) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, POLL_MS);
}

/** undefined: there is no such process, or no way to ask. */
function parentOf(pid) {
  // `pid (name) state ppid …`, where the name may contain anything.
  if (existsSync('/proc/self/stat')) {
    const stat = textOf(`/proc/${pid}/stat`);
    return stat === undefined ? undefined : Number(/.*\) \S+ (\d+)/s.exec(stat)?.[1]);
  }
  const answer = ps(pid, 'ppid=');
  return answer === undefined ? undefined : Number(answer);
}

const nameOf = (pid) => basename((textOf(`/proc/${pid}/comm`) ?? ps(pid, 'comm=') ?? '').trim());

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function ps(pid, column) {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return undefined;
  }
}

if (!isMainThread) watch();
