import type { AppErrorShape, JsonValue } from '../../../contract/errors.js';

/** A mutation that is kept until the server has answered it. Plain data. */
export interface QueuedCall {
  /** Sorts by the order of the calls. */
  readonly id: string;
  /** Whose it is: the server and the person. Nobody else sends it or is shown it. */
  readonly owner: string;
  /** The client that answers for it. */
  readonly keeper: string;
  readonly path: string;
  /** With its idempotency key. */
  readonly input: { readonly [field: string]: JsonValue };
  /** When it was made. */
  readonly at: string;
  /** Whether lists show what it will make. */
  readonly isShown: boolean;
  /** Of an edit: what the fields were when it was made, as far as that is known. */
  readonly was: { readonly [field: string]: JsonValue } | null;
  /** The version that the edit expects is the queue's doing, and goes along with one's own edits before it. */
  readonly isRebased: boolean;
  /** Why the server would not do it. It is kept until somebody has settled it. */
  readonly refusal: AppErrorShape | null;
}

/** Where calls are kept. Anything that does this will do; what was saved is there after a crash. */
export interface QueueStore {
  /** Web Lock under which the clients over this store send, one at a time. */
  readonly lock?: string;
  load(): Promise<readonly QueuedCall[]>;
  /** Adds it, or replaces the one of the same `id`. */
  save(call: QueuedCall): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Kept until the process or the page ends, for whichever clients are made over it. */
export function memoryQueue(): QueueStore {
  const kept = new Map<string, QueuedCall>();
  return {
    load: async () => [...kept.values()],
    save: async (call) => void kept.set(call.id, call),
    remove: async (id) => void kept.delete(id),
  };
}
