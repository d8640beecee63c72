import { describe, expect, it, vi } from 'vitest';
import { createTyping } from '../../client-sdk/src/typing.js';
import { aSite, signedIn } from './realServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 10_000, interval: 5 });

describe('telling that one types', () => {
  it('says so every two seconds however fast one types, and that one has stopped three seconds later', async () => {
    vi.useFakeTimers();
    const told: [number, string, boolean][] = [];
    const start = Date.now();
    const typing = createTyping(async ({ ticketId, typing: isTyping }) => {
      told.push([Date.now() - start, ticketId, isTyping]);
      return { expiresInMs: 5_000 };
    });

    for (let ms = 0; ms < 5_000; ms += 50) {
      typing('one');
      if (ms === 3_000) typing('other');
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(20_000);
    typing('other');
    typing('other', false);
    typing('other');
    typing('other', false);
    await vi.advanceTimersByTimeAsync(20_000);
    vi.useRealTimers();

    expect(told).toEqual([
      [0, 'one', true],
      [2_000, 'one', true],
      [3_000, 'other', true],
      [4_000, 'one', true],
      [6_000, 'other', false],
      [7_950, 'one', false],
      [25_000, 'other', true],
      [25_000, 'other', false],
    ]);
  });

  it('is seen by who has the ticket open, until it is over', async () => {
    const { port, people, projectId } = await aSite();
    const [client, other] = [await signedIn(port, people.agent), await signedIn(port, people.other)];
    const { id } = await client.tickets.create({ projectId, title: 'Open' });
    const [mine, theirs] = [client.tickets.liveOne(id), other.tickets.liveOne(id)];
    for (const one of [mine, theirs]) one.subscribe(() => undefined);
    const types = () => theirs.getSnapshot().people.find(({ name }) => name === people.agent.name)?.typing;
    await until(() => expect(types()).toBe(false));

    for (let nth = 0; nth < 100; nth++) client.presence.typing(id);
    await until(() => expect(types()).toBe(true));
    client.presence.typing(id, false);
    await until(() => expect(types()).toBe(false));
  });
});
