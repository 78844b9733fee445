// Runs one program for a parent process and never outlives it: when the parent closes this process' stdin, or
// dies in whatever way (the pipe closes then too), the program is ended and its files are removed. It runs in a
// session of its own, so that a terminal's Ctrl-C reaches the parent alone, which then ends things in order.
//
// argv[2]: JSON { command, args, uid?, gid?, stopSignal, graceMs, removeAtEnd? }
// stdin:   a line `start` starts the program, `halt` ends it and leaves its files; the end of stdin ends all.
// stdout:  a JSON line { pid } when the program runs, { exit, output } when it has ended, however that came.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const { command, args, uid, gid, stopSignal, graceMs, removeAtEnd } = JSON.parse(process.argv[2]);
const OUTPUT_KEPT = 4_000;

let child;
let isEnding = false;

function start() {
  let output = '';
  child = spawn(command, args, { uid, gid, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-OUTPUT_KEPT);
    });
  }
  const ended = (exit) => {
    child = undefined;
    report({ exit, output });
    if (isEnding) void end();
  };
  child.on('spawn', () => report({ pid: child.pid }));
  // It could not be started: there is no `close` then.
  child.on('error', (error) => child?.pid === undefined && ended(error.message));
  child.on('close', (code, signal) => ended(signal ?? code));
}

function halt() {
  const halted = child;
  halted?.kill(stopSignal);
  // A program that a test has paused would never see the signal.
  halted?.kill('SIGCONT');
  setTimeout(() => halted?.kill('SIGKILL'), graceMs).unref();
}

async function end() {
  if (child) return halt();
  if (removeAtEnd) await rm(removeAtEnd, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}

const report = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
// The parent may be gone; its death shows on stdin.
process.stdout.on('error', () => {});

const endAll = () => {
  isEnding = true;
  void end();
};
createInterface({ input: process.stdin })
  .on('line', (line) => (line === 'start' ? start() : halt()))
  .on('close', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endAll);
