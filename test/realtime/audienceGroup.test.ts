import { describe, expect, it } from 'vitest';
import { AudienceGroup, SKIP_LIMIT, type Member } from '../../server/realtime/audienceGroup.js';
import type { Entry, EntryStream } from '../../server/realtime/entryStream.js';
import type { Delivery, Sink } from '../../server/realtime/sink.js';
import { Turns, type Worker } from '../../server/realtime/turns.js';
import { oneTo } from './liveWorld.js';

interface Told extends Entry {
  readonly isSecret?: boolean;
  readonly isLast?: boolean;
}
const entries = (from: number, count: number, more: Partial<Told> = {}): Told[] =>
  oneTo(count).map((nth) => ({ seq: from + nth - 1, bytes: 100, ...more }));

/** A stream at its head, of which the test tells the entries. */
const aStream = (head = 0): EntryStream<Told> => ({
  target: head,
  head,
  generation: 0,
  lostBecause: 'UNKNOWN_CURSOR',
  isStale: false,
  groups: new Map(),
  opened: () => Promise.resolve(),
  attach: () => undefined,
  detach: () => undefined,
  after: () => [],
  cursorAt: (seq) => `c${seq}`,
  placeOf: (cursor) => Promise.resolve(Number(cursor)),
});

class Reader implements Member, Sink {
  readonly sink = this;
  readonly isBuffered = true;
  readonly sent: unknown[][] = [];
  skipped = 0;
  isFull = false;
  readonly waitingBytes = 0;
  wakes = 0;
  constructor(public seq: number) {}

  write({ items }: Delivery, from: number): void {
    this.sent.push(items.slice(from).map((sent) => ('kind' in sent.item ? sent.item : sent.seq)));
  }
  wake(): void {
    this.wakes++;
  }
  withdrawals: unknown[] = [];
  withdrawn(entry: unknown): void {
    this.withdrawals.push(entry);
  }
  onDrain = () => undefined;
  end = () => undefined;
  discardQueue = () => undefined;
}

function aGroup(stream = aStream(), turns = new Turns()) {
  const show = ({ seq, isSecret, isLast }: Told) => {
    if (isLast) throw new Error('the end');
    return isSecret ? null : { seq };
  };
  return new AudienceGroup<Told>('staff', stream, turns, show, () => undefined);
}
const turn = () => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let nth = 0; nth < count; nth++) await turn();
};

describe('a group', () => {
  it('joins what comes in one turn of the event loop into one write', async () => {
    const [group, reader] = [aGroup(), new Reader(0)];
    group.join(reader);

    void group.push(entries(1, 2));
    void group.push(entries(3, 1));
    await turn();
    void group.push(entries(4, 1));
    await turn();
    group.leave(reader);

    expect(reader.sent).toEqual([[1, 2, 3], [4]]);
    expect(reader.seq).toBe(4);
  });

  it('does not send again what a newcomer has while it waits for the others', async () => {
    const group = aGroup();
    const [first, newcomer, later] = [new Reader(0), new Reader(2), new Reader(3)];
    group.join(first);

    void group.push(entries(1, 2));
    group.join(newcomer);
    void group.push(entries(3, 1));
    group.join(later);
    await turn();

    expect([first.sent, newcomer.sent, later.sent]).toEqual([[[1, 2, 3]], [[3]], []]);
  });

  it('leaves an entry that ends the stream, and what comes after it, to each of its members', async () => {
    const [group, reader] = [aGroup(), new Reader(0)];
    group.join(reader);

    void group.push([...entries(1, 2), ...entries(3, 1, { isLast: true }), ...entries(4, 1)]);
    expect(reader.wakes).toBe(1);
    group.leave(reader);
    await turn();

    expect([reader.sent, reader.seq]).toEqual([[], 0]);
  });

  it('tells its members what was withdrawn, and whether something waits that they do not have', async () => {
    const [group, reader] = [aGroup(), new Reader(0)];
    group.join(reader);
    void group.push(entries(1, 2));
    expect(group.isBusy).toBe(true);
    await turn();

    const [why] = entries(3, 1);
    group.withdrawn(why!);

    expect([group.isBusy, reader.withdrawals]).toEqual([false, [why]]);
  });

  it('writes nothing to who has left, whatever waits', async () => {
    const group = aGroup();
    const [stays, leaves] = [new Reader(0), new Reader(0)];
    group.join(stays);
    group.join(leaves);

    void group.push(entries(1, 3));
    group.leave(leaves);
    await turn();

    expect([stays.sent, leaves.sent]).toEqual([[[1, 2, 3]], []]);
    expect(leaves.seq).toBe(0);
  });

  it('knows of who leaves while others still wait whether it was written to', async () => {
    const group = aGroup();
    const readers = oneTo(600).map(() => new Reader(0));
    for (const reader of readers) group.join(reader);

    void group.push(entries(1, 1));
    await turn();
    for (const reader of readers) group.leave(reader);

    expect(readers.filter(({ seq }) => seq === 1).length).toBeGreaterThan(200);
    for (const { sent, seq } of readers) expect(sent).toEqual(seq === 1 ? [[1]] : []);
  });

  it('looks at who is full, and leaves it behind', async () => {
    const [group, reader] = [aGroup(), new Reader(0)];
    group.join(reader);

    reader.isFull = true;
    void group.push(entries(1, 1));
    await turn();

    expect([reader.sent, reader.seq, reader.wakes]).toEqual([[], 0, 1]);
  });

  it('writes to 256 and lets others do something, and joins what came meanwhile', async () => {
    const group = aGroup();
    const readers = oneTo(600).map(() => new Reader(0));
    for (const reader of readers) group.join(reader);
    const served = () => readers.filter(({ sent }) => sent.length > 0).length;

    void group.push(entries(1, 1));
    await turn();
    const first = served();
    void group.push(entries(2, 1));
    void group.push(entries(3, 1));
    await turns(8);

    expect(first).toBeGreaterThan(200);
    expect(first).toBeLessThanOrEqual(256);
    for (const { sent } of readers) expect(sent).toEqual([[1], [2, 3]]);
  });

  it('asks its stream to wait while a quarter of a megabyte waits, and until then only', async () => {
    const [group, reader] = [aGroup(), new Reader(0)];
    group.join(reader);

    const room = group.push(entries(1, 30, { bytes: 20_000 }));
    const largest = () => Math.max(...reader.sent.map(({ length }) => length));
    let isFree = false;
    void room?.then(() => (isFree = true));
    await Promise.resolve();
    const wasFree = isFree;
    await turns(20);

    expect([room === null, wasFree, isFree]).toEqual([false, false, true]);
    expect(largest()).toBe(3);
    expect(reader.sent.flat()).toEqual(oneTo(30));
  });

  it('lets the stream go on when nobody is left to write to', async () => {
    const [group, reader] = [aGroup(), new Reader(0)];
    group.join(reader);

    const room = group.push(entries(1, 30, { bytes: 20_000 }));
    group.leave(reader);

    await expect(room).resolves.toBeUndefined();
  });

  it('tells a thousand entries in a row that were not for its eyes', async () => {
    const [group, reader] = [aGroup(), new Reader(0)];
    group.join(reader);

    void group.push(entries(1, SKIP_LIMIT + 5, { isSecret: true }));
    await turn();
    group.leave(reader);

    expect(reader.sent).toEqual([[{ kind: 'ready', seq: SKIP_LIMIT }]]);
    expect([reader.seq, reader.skipped]).toEqual([SKIP_LIMIT + 5, 5]);
  });

  it('counts on for who had counted before', async () => {
    const [group, reader] = [aGroup(), new Reader(0)];
    reader.skipped = SKIP_LIMIT - 3;
    group.join(reader);

    void group.push(entries(1, 4, { isSecret: true }));
    await turn();

    expect(reader.sent).toEqual([[{ kind: 'ready', seq: 3 }]]);
  });
});

describe('turns', () => {
  it('are taken one after the other, and by who asks twice once', async () => {
    const all = new Turns();
    const done: string[] = [];
    const worker = (name: string, rounds: number): Worker => ({
      work() {
        done.push(name);
        if (done.filter((other) => other === name).length < rounds) all.ask(this);
        return 200;
      },
    });
    const [a, b] = [worker('a', 3), worker('b', 2)];

    for (const each of [a, a, b]) all.ask(each);
    await turns(6);

    expect(done).toEqual(['a', 'b', 'a', 'b', 'a']);
  });
});
