import type { User } from '../../contract/user.js';

/** What a signed-in client remembers. `renewAt` is when the access token is due for renewal, in ms of this machine's clock. */
export interface StoredSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly renewAt: number;
  readonly user: User;
}

/**
 * Where the session is kept. Read again before each refresh, so that several clients over one storage (the tabs of a
 * browser) follow each other's refreshes.
 */
export interface SessionStorage {
  load(): StoredSession | null;
  save(session: StoredSession | null): void;
  /** Web Lock under which the clients over this storage renew, one at a time. */
  readonly lock?: string;
}

/** Kept until the process or the page ends. */
export function memoryStorage(): SessionStorage {
  let kept: StoredSession | null = null;
  return {
    load: () => kept,
    save: (session) => {
      kept = session;
    },
  };
}

/** `localStorage`, `sessionStorage`, or anything that does the same. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Kept as text under `key`. What cannot be read back counts as signed out. */
export function webStorage(storage: TextStorage, key = 'baton.session'): SessionStorage {
  return {
    lock: key,
    load: () => parse(storage.getItem(key)),
    save: (session) => {
      if (session) storage.setItem(key, JSON.stringify(session));
      else storage.removeItem(key);
    },
  };
}

function parse(text: string | null): StoredSession | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<StoredSession> | null;
    const whole =
      typeof value?.accessToken === 'string' &&
      typeof value.refreshToken === 'string' &&
      typeof value.renewAt === 'number' &&
      typeof value.user?.id === 'string';
    return whole ? (value as StoredSession) : null;
  } catch {
    return null;
  }
}
