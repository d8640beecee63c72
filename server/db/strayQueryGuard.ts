import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * A query inside a unit of work but without its transaction reads another snapshot and can wait for a connection that the
 * transaction itself holds. Such a query is a programming error, found here before it becomes a deadlock.
 */
export interface StrayQueryGuard {
  /** Runs the work of a unit of work. */
  inside<Result>(work: () => Promise<Result>): Promise<Result>;
  /** @throws when called inside. */
  refuse(what: string): void;
}

/** True while a unit of work runs in this asynchronous context. */
const running = new AsyncLocalStorage<true>();

const watchful: StrayQueryGuard = {
  inside: (work) => running.run(true, work),
  refuse(what) {
    if (running.getStore()) throw new Error(`stray query inside a unit of work, without its transaction: ${what}`);
  },
};
const absent: StrayQueryGuard = { inside: (work) => work(), refuse: () => undefined };

/** To follow a context makes every promise of the process dearer, by a sixth of what a mutation costs: so not in production. */
export const strayQueryGuard = (isOn: boolean): StrayQueryGuard => (isOn ? watchful : absent);
