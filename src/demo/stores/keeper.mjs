// Runs one program for a parent process and never outlives it: when the parent closes this process' stdin, or
// dies in whatever way (the pipe closes then too), the program is ended and its files are removed. It runs in a
// session of its own, so that a terminal's Ctrl-C reaches the parent alone, which then ends things in order.
//
// argv[2]: JSON { command, args, uid?, gid?, stopSignal, graceMs, removeAtEnd? }
// stdin:   its end means stop; a line `keep` before it leaves the files.
// stdout:  one JSON line { pid } once the program runs, one { exit, output } when it has ended.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';

const { command, args, uid, gid, stopSignal, graceMs, removeAtEnd } = JSON.parse(process.argv[2]);
const OUTPUT_KEPT = 4_000;

let output = '';
let keepFiles = false;

const child = spawn(command, args, { uid, gid, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
for (const stream of [child.stdout, child.stderr]) {
  stream.setEncoding('utf8').on('data', (text) => {
    output = (output + text).slice(-OUTPUT_KEPT);
  });
}

const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
// The parent may be gone; its death shows on stdin.
process.stdout.on('error', () => {});

function stop() {
  child.kill(stopSignal);
  // A program that a test has paused would never see the signal.
  child.kill('SIGCONT');
  setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
}

async function end(exit) {
  if (removeAtEnd && !keepFiles) await rm(removeAtEnd, { recursive: true, force: true, maxRetries: 5 });
  tell({ exit, output });
  process.exitCode = 0;
  process.stdin.destroy();
}

child.on('spawn', () => tell({ pid: child.pid }));
child.on('error', (error) => end(error.message));
child.on('close', (code, signal) => end(signal ?? code));

process.stdin.setEncoding('utf8').on('data', (text) => {
  keepFiles ||= text.includes('keep');
});
process.stdin.on('end', stop).on('error', stop);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
