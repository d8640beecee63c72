/**
 * A value that can be watched. `get` returns the same object until the value changes, and both functions may be passed
 * around unbound, so that React's `useSyncExternalStore(store.subscribe, store.get)` works as it is.
 */
export interface Readable<Value> {
  readonly get: () => Value;
  /** Calls `listener` after each change (not with the present value); returns what ends that. */
  readonly subscribe: (listener: (value: Value) => void) => () => void;
}

export interface Store<Value> extends Readable<Value> {
  readonly set: (value: Value) => void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<(value: Value) => void>();
  return {
    get: () => value,
    set: (next) => {
      value = next;
      for (const listener of listeners) guarded(() => listener(next));
    },
    subscribe: (listener) => {
      // A wrapper of its own, so that the same function subscribed twice is called twice and ended once.
      const own = (next: Value) => listener(next);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

/** Runs a callback of the application: what it throws surfaces as an uncaught error and does not upset the client. */
export function guarded(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}
