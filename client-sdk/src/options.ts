import type { BatonError } from './errors.js';
import type { User } from '../../contract/user.js';
import type { QueueStore } from './queue/queueStore.js';
import type { SessionStorage } from './storage.js';

/** The part of the standard `WebSocket` class that is used; the one of the package `ws` fits. */
export type WebSocketClass = new (url: string) => {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
};

export interface ClientOptions {
  /** Where the server is, `https://tickets.example.org`; a path in front of `/trpc` is kept. In a page: its own origin. */
  readonly url?: string;
  /** An API key, instead of `login`. A function is asked before each use. */
  readonly token?: string | (() => string | Promise<string>);
  /** Where the session is kept between uses; `memoryStorage()` unless told, `webStorage(localStorage)` in a page. */
  readonly storage?: SessionStorage;
  /**
   * Where a person's mutations are kept until the server has answered them: they then wait for it as long as it takes, also over a reload.
   * `indexedDbQueue()` in a page. Without one, and with an API key, a call that cannot be sent fails after `attempts`.
   */
  readonly queue?: QueueStore;
  /** Needed for live streams where there is no global one (Node before 22): `import { WebSocket } from 'ws'`. */
  readonly WebSocket?: WebSocketClass;
  readonly fetch?: typeof globalThis.fetch;
  /** Same as `client.connection.subscribe`. */
  readonly onConnectionState?: (state: ConnectionState) => void;
  /** Asks the server for a sign of life after `intervalMs` of silence; without one for `timeoutMs` the socket is replaced. */
  readonly heartbeat?: { readonly intervalMs: number; readonly timeoutMs: number };
  /** How long one attempt of a call may take, in ms (30,000). */
  readonly timeoutMs?: number;
  /** Attempts of a call when the server cannot be reached (5, the first included). */
  readonly attempts?: number;
  /** Waits between attempts: random, around `baseMs · 2ⁿ`, at most `maxMs`. A cut socket is first reopened within half of `baseMs`. */
  readonly backoff?: { readonly baseMs: number; readonly maxMs: number };
}

/**
 * The socket of the live streams. `idle`: none is wanted. `connecting`: for the first time, or in a moment after a cut.
 * `offline`: it could not be opened; attempts go on for as long as a stream wants it. Calls go over HTTP and work, or are
 * retried, independently of it. `since` in ms of this machine's clock; `closeCode` is that of the last cut, if any.
 */
export interface ConnectionState {
  readonly state: 'idle' | 'connecting' | 'online' | 'offline';
  readonly since: number;
  readonly closeCode: number | null;
}

/** `error` says why the session ended by itself; null before the first sign-in and after `logout`. `user` is null for an API key. */
export type SessionState =
  | { readonly state: 'signedIn'; readonly user: User | null }
  | { readonly state: 'signedOut'; readonly error: BatonError | null };

export const userOf = (state: SessionState): User | null => (state.state === 'signedIn' ? state.user : null);
