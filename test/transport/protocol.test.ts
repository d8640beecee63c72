import { readFileSync } from 'node:fs';
import { jsonEncoder } from '@trpc/server/adapters/ws';
import { describe, expect, it } from 'vitest';
import { closeCodes, errorCodes } from '../../contract/errors.js';
import { limits } from '../../contract/limits.js';
import { sharedEncoder } from '../../server/transport/sharedFrames.js';
import { TokenBucket } from '../../server/transport/tokenBucket.js';

const protocol = readFileSync('docs/PROTOCOL.md', 'utf8');

describe('PROTOCOL.md', () => {
  it.each(errorCodes)('explains the error %s', (code) => {
    expect(protocol).toMatch(new RegExp(`^\\| \`${code}\` \\| \\d{3} \\|`, 'm'));
  });

  it.each(Object.values(closeCodes))(
    'explains the close code $code and whether to reconnect',
    ({ code, reconnect }) => {
      const row = protocol.split('\n').find((line) => line.startsWith(`| ${code} `)) ?? '';

      expect(row).toContain(reconnect);
    },
  );

  it.each(['UNKNOWN_CURSOR', 'OTHER_EPOCH', 'PAST_RETENTION'])('explains the resync reason %s', (reason) => {
    expect(protocol).toContain(`\`${reason}\``);
  });

  it('states the limits that hold', () => {
    expect([limits.httpBodyBytes, limits.wsMessageBytes, limits.slowReaderBytes]).toEqual([2 ** 20, 2 ** 16, 2 ** 20]);
    for (const number of [limits.batchCalls, limits.subscriptionsPerSocket, limits.jsonDepth, limits.messagesPerSecond])
      expect(protocol).toMatch(new RegExp(`\\| ${number}\\b`));
  });
});

describe('the shared encoder', () => {
  const item = { kind: 'event', seq: 3, payload: { text: 'ü "quoted" \u2028 \\ ' } };
  const tracked = { type: 'data', data: { id: 'epoch.3', data: item }, id: 'epoch.3' };

  it.each([
    ['an item', { id: 7, jsonrpc: undefined, result: tracked }],
    ['an item of a client that says jsonrpc', { id: 'a"b', jsonrpc: '2.0', result: tracked }],
    ['a reply', { id: 1, jsonrpc: undefined, result: { type: 'data', data: { id: 'x', data: item } } }],
    ['an empty reply', { id: 1, result: { type: 'data', data: undefined } }],
    ['a start', { id: 1, result: { type: 'started' } }],
    ['an error', { id: null, error: { message: 'no', code: -1, data: {} } }],
    ['a notice', { id: null, method: 'reconnect' }],
  ])('writes %s as the adapter would', (_, message) => {
    const encoder = sharedEncoder();

    expect([encoder.encode(message), encoder.encode(message)]).toEqual(Array(2).fill(jsonEncoder.encode(message)));
  });

  it('turns an event into text once, however many followers it goes to', () => {
    let times = 0;
    const counted = { ...item, toJSON: () => `${++times}` };
    const encoder = sharedEncoder();

    for (let id = 0; id < 5; id++)
      encoder.encode({ id, result: { type: 'data', data: { id: 'c', data: counted }, id: 'c' } });

    expect(times).toBe(1);
  });
});

describe('a token bucket', () => {
  it('lets its burst through at once, and then its rate', async () => {
    const bucket = new TokenBucket(100, 20);
    const taken = () => Array.from({ length: 50 }, () => bucket.take()).filter(Boolean).length;

    const first = taken();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = taken();

    expect(first).toBe(20);
    expect(second).toBeGreaterThanOrEqual(9);
    expect(second).toBeLessThanOrEqual(20);
  });
});
