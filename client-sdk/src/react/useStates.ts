import { useSyncExternalStore } from 'react';
import type { ConnectionState, QueueState, SessionState } from '../index.js';
import { useBaton } from './BatonProvider.js';

// On a server nobody is signed in, nothing is connected and nothing waits, and a page must begin with what the server has drawn.
const signedOut: SessionState = { state: 'signedOut', error: null };
const idle: ConnectionState = { state: 'idle', since: 0, closeCode: null };
const empty: QueueState = { waiting: [], conflicts: [], refused: [] };

/** Who is signed in. */
export function useSession(): SessionState {
  const { session } = useBaton();
  return useSyncExternalStore(session.subscribe, session.get, () => signedOut);
}

/** The socket of the live streams. */
export function useConnection(): ConnectionState {
  const { connection } = useBaton();
  return useSyncExternalStore(connection.subscribe, connection.get, () => idle);
}

/** Mutations that wait for the server, and those that it refused; `useBaton().queue` settles those. */
export function useQueue(): QueueState {
  const { queue } = useBaton();
  return useSyncExternalStore(queue.subscribe, queue.get, () => empty);
}
