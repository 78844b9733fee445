// NODE_OPTIONS loads this before the server. On SIGUSR2 it collects all garbage and prints the remaining heap, in bytes.
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
let times = 0;

process.on('SIGUSR2', () => {
  collect();
  process.stderr.write(`heap ${(times += 1)}: ${process.memoryUsage().heapUsed}\n`);
});
