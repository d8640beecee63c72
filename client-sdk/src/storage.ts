import type { User } from '../../contract/user.js';

/** What a signed-in client remembers. `expiresAt` is when the access token ends, in ms of this machine's clock. */
export interface StoredSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
  readonly user: User;
}

/**
 * Where the session is kept. Read again before each refresh, so that several clients over one storage (the tabs of a
 * browser) follow each other's refreshes.
 */
export interface SessionStorage {
  load(): StoredSession | null;
  save(session: StoredSession | null): void;
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

/** Kept in `localStorage`, `sessionStorage` or anything like them. What cannot be read back counts as signed out. */
export function webStorage(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  key = 'baton.session',
): SessionStorage {
  return {
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
      typeof value.expiresAt === 'number' &&
      typeof value.user?.id === 'string';
    return whole ? (value as StoredSession) : null;
  } catch {
    return null;
  }
}
