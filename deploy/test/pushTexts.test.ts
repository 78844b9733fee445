import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Ajv, type AnySchemaObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { SQSEvent } from 'aws-lambda';
import { parseJourneyEvent } from '../consumer/journeyEvent';
import { pushTextOf } from '../consumer/pushText';
import { readEventSchemas } from '../lib/eventSchemas';
import { deployFolder } from './repositoryRoot';

/** Events of one journey as EventBridge delivered them, one a line. */
const captured = readFileSync(path.join(deployFolder, 'test/fixtures/journeyEvents.ndjson'), 'utf8')
  .trim()
  .split('\n');
const events = captured.map((line) => parseJourneyEvent(line));
const momentOf = (index: number): number => Date.parse(events[index]!.detail.occurredAt);

describe('the captured events', () => {
  it('are as the schemas have it that the service ships', () => {
    const ajv = addFormats.default(new Ajv({ validateSchema: false }));
    const schemas = new Map(
      readEventSchemas().map(({ type, content }) => [type, JSON.parse(content) as AnySchemaObject]),
    );
    for (const { 'detail-type': type, detail } of events) {
      const validate = ajv.compile(schemas.get(type)!);
      assert.ok(validate(detail), `${type}: ${ajv.errorsText(validate.errors)}`);
    }
  });
});

describe('a push text', () => {
  it('is made of the start and of each stage, in plain words', () => {
    assert.deepEqual(
      events.map((event, index) => pushTextOf(event, momentOf(index))?.body),
      [
        'Your trainer is on the way.',
        'Your trainer will be there in about 5 minutes.',
        'Your trainer is nearby.',
        'Your trainer is at the door.',
        undefined,
      ],
    );
  });

  it('replaces the earlier one of its journey and says which is the newer', () => {
    const texts = events.slice(0, 4).map((event, index) => pushTextOf(event, momentOf(index))!);
    assert.equal(new Set(texts.map(({ collapseId }) => collapseId)).size, 1);
    assert.deepEqual(
      texts.map(({ sequence }) => sequence),
      [1, 2, 3, 4],
    );
  });

  it('is not made of an event that is over two minutes old', () => {
    assert.ok(pushTextOf(events[2]!, momentOf(2) + 120_000));
    assert.equal(pushTextOf(events[2]!, momentOf(2) + 120_001), null);
  });

  it('is not made of a stage that a later version of the service may add', () => {
    const event = events[2]!;
    const unknown = { ...event, detail: { ...event.detail, stage: 'RINGING' } };
    assert.equal(pushTextOf(unknown, momentOf(2)), null);
  });

  it('names no minutes when there is no estimate', () => {
    const event = events[1]!;
    const { etaAt: _, ...detail } = event.detail;
    assert.equal(pushTextOf({ ...event, detail }, momentOf(1))?.body, 'Your trainer will be there soon.');
  });
});

describe('the function', () => {
  /** A stand-in for SNS: it keeps what was published, and fails while the test says so. */
  let sns: Server;
  let fails = false;
  let published: URLSearchParams[] = [];
  let handler: (event: SQSEvent) => Promise<unknown>;

  before(async () => {
    sns = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        if (fails) {
          response.writeHead(400, { 'content-type': 'text/xml' });
          response.end(
            '<ErrorResponse><Error><Code>InvalidParameter</Code><Message>no</Message></Error></ErrorResponse>',
          );
          return;
        }
        published.push(new URLSearchParams(body));
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.end(
          '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
        );
      });
    });
    await new Promise<void>((listening) => sns.listen(0, '127.0.0.1', listening));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${(sns.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      PUSH_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:push.fifo',
    });
    // Only now: the function makes its client when it is loaded.
    ({ handler } = await import('../consumer/handler.js'));
  });
  beforeEach(() => {
    fails = false;
    published = [];
  });
  after(() => {
    sns.closeAllConnections();
    sns.close();
  });

  const messages = (...bodies: string[]) =>
    ({ Records: bodies.map((body, at) => ({ messageId: `m${at}`, body })) }) as SQSEvent;
  /** A captured event as if it had just happened. */
  const fresh = (index: number): string => {
    const event = JSON.parse(captured[index]!) as { detail: object };
    return JSON.stringify({ ...event, detail: { ...event.detail, occurredAt: new Date().toISOString() } });
  };

  it('publishes a text under the id of its event, by which the topic drops a repeat', async () => {
    assert.deepEqual(await handler(messages(fresh(2), fresh(2))), { batchItemFailures: [] });
    assert.equal(published.length, 2);
    for (const request of published) {
      assert.equal(request.get('MessageDeduplicationId'), events[2]!.detail.eventId);
      assert.equal(request.get('MessageGroupId'), events[2]!.detail.journeyId);
      assert.equal(JSON.parse(request.get('Message')!).body, 'Your trainer is nearby.');
    }
  });

  it('publishes nothing for an old event, and is done with it', async () => {
    assert.deepEqual(await handler(messages(captured[2]!)), { batchItemFailures: [] });
    assert.deepEqual(published, []);
  });

  it('returns the messages alone that it could not read or publish', async () => {
    assert.deepEqual(await handler(messages('not JSON', fresh(0), '{"detail-type":"Other"}')), {
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm2' }],
    });
    assert.equal(published.length, 1);
    fails = true;
    assert.deepEqual(await handler(messages(fresh(3))), { batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });
});
