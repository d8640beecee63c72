/** Web Locks, where there are any: they are missing in old browsers, in Node before 24 and in pages that came over plain HTTP. */
const webLocks = (): LockManager | null =>
  typeof navigator === 'object' && 'locks' in navigator ? navigator.locks : null;

/** One at a time among all pages of this origin, and at once where there are no locks, or none is wanted. */
export function exclusively<Result>(lock: string | undefined, work: () => Promise<Result>): Promise<Result> {
  const locks = lock === undefined ? null : webLocks();
  return locks ? locks.request(lock ?? '', work) : work();
}

/** Holds a lock for as long as this page lives, or until it is given back. */
export function holdLock(lock: string): () => void {
  let giveBack = () => {};
  const held = new Promise<void>((resolve) => {
    giveBack = resolve;
  });
  void webLocks()?.request(lock, () => held);
  return giveBack;
}

/** Whether some page holds it; never, where there are no locks. */
export async function isLockHeld(lock: string): Promise<boolean> {
  const { held = [] } = (await webLocks()?.query()) ?? {};
  return held.some(({ name }) => name === lock);
}
