import { AsyncLocalStorage } from 'node:async_hooks';

/** True while a unit of work runs in this asynchronous context. */
const inside = new AsyncLocalStorage<true>();

export const guarded = <Result>(work: () => Promise<Result>): Promise<Result> => inside.run(true, work);

/**
 * A query inside a unit of work but without its transaction reads another snapshot and can wait for a connection that the
 * transaction itself holds. Such a query is a programming error, found here before it becomes a deadlock.
 */
export function refuseStrayQuery(what: string): void {
  if (inside.getStore()) throw new Error(`stray query inside a unit of work, without its transaction: ${what}`);
}
