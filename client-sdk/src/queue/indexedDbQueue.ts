import type { QueuedCall, QueueStore } from './queueStore.js';

const CALLS = 'calls';

/** Kept by the browser, over reloads and restarts, and shared by the pages of an origin. */
export function indexedDbQueue(name = 'baton.queue'): QueueStore {
  let opening: Promise<IDBDatabase> | null = null;

  const open = () => {
    opening ??= opened(name, () => {
      opening = null;
    });
    return opening;
  };

  /** Resolves when what was written is on the disk. */
  const run = async <Result>(
    mode: IDBTransactionMode,
    act: (calls: IDBObjectStore) => IDBRequest<Result>,
  ): Promise<Result> => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(CALLS, mode, { durability: 'strict' });
      const request = act(transaction.objectStore(CALLS));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new DOMException('Not stored.', 'AbortError'));
    });
  };

  return {
    lock: name,
    load: () => run<QueuedCall[]>('readonly', (calls) => calls.getAll()),
    save: async (call) => void (await run('readwrite', (calls) => calls.put(call))),
    remove: async (id) => void (await run('readwrite', (calls) => calls.delete(id))),
  };
}

/** `onGone`: it is closed, by the browser or for a newer page, or could not be opened. */
function opened(name: string, onGone: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(CALLS, { keyPath: 'id' });
    request.onerror = () => {
      onGone();
      reject(request.error ?? new DOMException('Not opened.', 'AbortError'));
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = onGone;
      database.onversionchange = () => {
        database.close();
        onGone();
      };
      resolve(database);
    };
  });
}
