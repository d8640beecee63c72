import { setTimeout as sleep } from 'node:timers/promises';

/** Who asks next waits no longer for an answer that may never come: its connection may be dead. */
const LONGEST_MS = 1_000;
/** The more asked last time, the more will ask next: so long, for each of them, others are waited for, and no longer. */
const GATHER_MS_EACH = 10;
const GATHER_MS = 200;

const pause = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false });

/**
 * Joins questions that are asked at about the same time into one: those of one turn of the event loop, and those that come
 * while an earlier batch is still being answered. A thousand followers that come back at once cost a few statements. What is
 * answered was read after it was asked. With `gathers`, a crowd that takes seconds to arrive costs a few statements too; who comes
 * alone is answered at once all the same.
 */
export function batcher<Reply>(
  load: (keys: readonly string[]) => Promise<Reply>,
  { gathers = false } = {},
): (key: string) => Promise<Reply> {
  let asks = 0;
  let keys = new Set<string>();
  let next: Promise<Reply> | null = null;
  let running: Promise<unknown> = Promise.resolve();

  const start = async (): Promise<Reply> => {
    await running;
    await new Promise(setImmediate);
    const batch = [...keys];
    const gathering = gathers && asks > 1 ? pause(Math.min(GATHER_MS, asks * GATHER_MS_EACH)) : null;
    asks = 0;
    keys = new Set();
    next = null;
    const answer = load(batch);
    running = Promise.all([gathering, Promise.race([answer.catch(() => undefined), pause(LONGEST_MS)])]);
    return answer;
  };
  return (key) => {
    asks++;
    keys.add(key);
    return (next ??= start());
  };
}

/** A {@link batcher} that gathers, for each that is asked: an app for instance. */
export function batcherOf<Of extends object, Reply>(
  load: (of: Of, keys: readonly string[]) => Promise<Reply>,
): (of: Of, key: string) => Promise<Reply> {
  const batchers = new WeakMap<Of, (key: string) => Promise<Reply>>();
  return (of, key) => {
    const known = batchers.get(of) ?? batcher((keys) => load(of, keys), { gathers: true });
    batchers.set(of, known);
    return known(key);
  };
}
