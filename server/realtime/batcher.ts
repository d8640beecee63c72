/**
 * Joins questions that are asked at about the same time into one: those of one turn of the event loop, and those that come
 * while an earlier batch is still being answered. A thousand followers that come back at once cost a few statements.
 */
export function batcher<Reply>(load: (keys: readonly string[]) => Promise<Reply>): (key: string) => Promise<Reply> {
  let keys = new Set<string>();
  let next: Promise<Reply> | null = null;
  let running: Promise<unknown> = Promise.resolve();

  const start = async (): Promise<Reply> => {
    await running;
    await new Promise(setImmediate);
    const batch = [...keys];
    keys = new Set();
    next = null;
    const answer = load(batch);
    running = answer.catch(() => undefined);
    return answer;
  };
  return (key) => {
    keys.add(key);
    return (next ??= start());
  };
}
