import { useSyncExternalStore } from 'react';
import type { ConnectionState, SessionState } from '../index.js';
import { useBaton } from './BatonProvider.js';

// On a server nobody is signed in and nothing is connected, and a page must begin with what the server has drawn.
const idle: ConnectionState = { state: 'idle', since: 0, closeCode: null };
const signedOut: SessionState = { state: 'signedOut', error: null };

/** The socket of the live streams. */
export function useConnection(): ConnectionState {
  const { connection } = useBaton();
  return useSyncExternalStore(connection.subscribe, connection.get, () => idle);
}

/** Who is signed in. */
export function useSession(): SessionState {
  const { session } = useBaton();
  return useSyncExternalStore(session.subscribe, session.get, () => signedOut);
}
