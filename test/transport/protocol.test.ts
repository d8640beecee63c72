import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { closeCodes, errorCodes } from '../../contract/errors.js';
import { limits } from '../../contract/limits.js';
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
