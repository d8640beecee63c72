import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../server/realtime/eventLog.js';
import { LogPages } from '../../server/realtime/logPages.js';

/** Reads that end when the test says so. */
class Reads {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, () => void>();

  of = (name: string, bytes = 1) => {
    return async (): Promise<LogEntry[]> => {
      this.begun.push(name);
      await new Promise<void>((resolve) => this.ends.set(name, resolve));
      return [{ seq: 1, bytes } as LogEntry];
    };
  };
  async end(name: string): Promise<void> {
    this.ends.get(name)?.();
    await turn();
  }
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('pages of the log', () => {
  it('are read a few at a time, in the order in which they were asked for', async () => {
    const [pages, reads] = [new LogPages(2), new Reads()];

    for (const name of ['a', 'b', 'c', 'd']) pages.ask(name, reads.of(name));
    await turn();
    const first = [...reads.begun];
    await reads.end('b');
    const second = [...reads.begun];
    await reads.end('c');

    expect([first, second, reads.begun]).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd'],
    ]);
  });

  it('are read once for all who ask, and not at all when the last of them is gone before', async () => {
    const [pages, reads] = [new LogPages(1), new Reads()];
    const ask = (name: string) => pages.ask(name, reads.of(name));

    const [a, again] = [ask('a'), ask('a')];
    const [half, gone] = [
      [ask('b'), ask('b')],
      [ask('c'), ask('c')],
    ];
    half[0]!.cancel();
    for (const asked of gone) asked.cancel();
    ask('d');
    await turn();
    await reads.end('a');
    await reads.end('b');

    expect(reads.begun).toEqual(['a', 'b', 'd']);
    expect(await again.entries).toBe(await a.entries);
    expect(await half[1]!.entries).toHaveLength(1);
  });

  it('are kept no longer than there is room, and a failed one not at all', async () => {
    const [pages, reads] = [new LogPages(1, 100), new Reads()];
    const ask = (name: string) => pages.ask(name, reads.of(name, 60));

    for (const name of ['a', 'b']) {
      ask(name);
      await turn();
      await reads.end(name);
    }
    for (const name of ['b', 'a']) ask(name);
    await turn();
    await reads.end('a');
    const broken = () => Promise.reject(new Error('away'));
    await expect(pages.ask('e', broken).entries).rejects.toThrow('away');
    ask('e');
    await turn();

    expect(reads.begun).toEqual(['a', 'b', 'a', 'e']);
  });
});
