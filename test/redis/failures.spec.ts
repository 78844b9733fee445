import { BrokenCircuitError } from 'cockatiel';

import {
  classify,
  ClockUnknown,
  isElsewhere,
  isSilence,
  movedTo,
  NodeUnreachable,
  problemOf,
  RedisTimeout,
  SlotMoved,
  unwrap,
} from '../../src/redis/failures';

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });
/** As a Cluster client hands on the failures of commands that it does not redirect. */
const wrapped = (error: Error): Error =>
  new Error(`Too many Cluster redirections. Last error: ${String(error)}`);

describe('What is known of a command that failed', () => {
  it.each<[string, Error, ReturnType<typeof classify>]>([
    ['no reply in time', new RedisTimeout(1000), 'UNKNOWN'],
    ['a connection that broke', new Error('Connection is closed.'), 'UNKNOWN'],
    ['the same in a cluster', wrapped(new Error('Connection is closed.')), 'UNKNOWN'],
    ['no connection', new Error("Stream isn't writeable and enableOfflineQueue options is false"), 'UNSENT'],
    ['no cluster', new Error("Cluster isn't ready and enableOfflineQueue options is false"), 'UNSENT'],
    ['an open breaker', new BrokenCircuitError(), 'UNSENT'],
    ['a node that only others can be asked about', new NodeUnreachable('127.0.0.1:7000'), 'UNSENT'],
    ['a clock that did not answer', new ClockUnknown(new RedisTimeout(1000)), 'UNSENT'],
    ['a slot that moved while its command waited', new SlotMoved('127.0.0.1:7000'), 'UNSENT'],
    ['READONLY', reply("READONLY You can't write against a read only replica."), 'REFUSED'],
    ['LOADING', reply('LOADING Redis is loading the dataset in memory'), 'REFUSED'],
    ['OOM', reply('OOM allow-oom flag is not set on the script'), 'REFUSED'],
    ['MOVED in a cluster', wrapped(reply('MOVED 42 127.0.0.1:7001')), 'REFUSED'],
    [
      'a slot in two places',
      reply('ERR Script attempted to access a non local key in a cluster node'),
      'REFUSED',
    ],
    ['a mistake of ours', reply('ERR user_script:12: attempt to index a nil value'), 'FAULT'],
    ['the same in a cluster', wrapped(reply('WRONGTYPE Operation against a key')), 'FAULT'],
  ])('%s', (_, error, failure) => {
    expect(classify(unwrap(error))).toBe(failure);
  });

  it('recognises a slot that is on another node, and names the node', () => {
    const moved = unwrap(wrapped(reply('MOVED 42 127.0.0.1:7001')));
    expect(isElsewhere(moved)).toBe(true);
    expect(movedTo(moved)).toBe('127.0.0.1:7001');
    expect(isElsewhere(reply('TRYAGAIN Multiple keys request during rehashing of slot'))).toBe(true);
    expect(isElsewhere(reply('CLUSTERDOWN Hash slot not served'))).toBe(false);
    expect(movedTo(reply('ASK 42 127.0.0.1:7001'))).toBeUndefined();
  });

  it('takes silence for a sign that the node is away, and an answer for none', () => {
    expect(isSilence(new RedisTimeout(1000))).toBe(true);
    expect(isSilence(new NodeUnreachable('127.0.0.1:7000'))).toBe(true);
    expect(isSilence(reply('OOM allow-oom flag is not set on the script'))).toBe(false);
    expect(isSilence(reply('ERR unknown command'))).toBe(false);
  });

  it.each<[ReturnType<typeof problemOf>, Error]>([
    ['SILENT', new RedisTimeout(1000)],
    ['SILENT', new ClockUnknown(new RedisTimeout(1000))],
    ['DISCONNECTED', new Error('Connection is closed.')],
    ['UNREACHABLE', new NodeUnreachable('127.0.0.1:7000')],
    ['UNREACHABLE', new BrokenCircuitError()],
    ['REFUSING', reply('LOADING Redis is loading the dataset in memory')],
  ])('calls a store %s by its failure', (problem, error) => {
    expect(problemOf(error)).toBe(problem);
  });
});
