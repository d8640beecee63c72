import type { TokenReply } from '../../contract/auth.js';
import { BatonError, isBatonError } from './errors.js';
import { exclusively } from './locks.js';
import type { SessionState } from './options.js';
import type { SessionStorage, StoredSession } from './storage.js';
import { createStore, type Readable, type Store } from './store.js';

/** Who this client is. The one place that holds tokens. */
export interface Session {
  readonly state: Readable<SessionState>;
  /** Present access token, without looking at its age. */
  readonly accessToken: Readable<string | null>;
  /** An access token with some life left: renewed first when it is about to expire. Null when signed out. */
  token(): Promise<string | null>;
  /** When `token` would renew, in ms of this machine's clock; null when it never does. */
  renewAt(): number | null;
  /** To be told that the server did not take `token`. True when there is another one to try with. */
  renewAfter(token: string): Promise<boolean>;
  signIn(reply: TokenReply): StoredSession;
  /** `error` says why it ended by itself. Answers the tokens that are now forgotten. */
  signOut(error: BatonError | null): StoredSession | null;
}

/** For an API key: never renewed, never forgotten. */
export function fixedSession(source: string | (() => string | Promise<string>)): Session {
  const accessToken = createStore<string | null>(typeof source === 'string' ? source : null);
  const state = createStore<SessionState>({ state: 'signedIn', user: null });
  const token = async () => {
    const next = typeof source === 'string' ? source : await source();
    if (accessToken.get() !== next) accessToken.set(next);
    return next;
  };
  return {
    state,
    accessToken,
    token,
    renewAt: () => null,
    renewAfter: async (refused) => (await token()) !== refused,
    signIn: () => {
      throw new BatonError('BAD_INPUT', 'This client was made with a token: it cannot sign in.');
    },
    signOut: (error) => {
      state.set({ state: 'signedOut', error });
      return null;
    },
  };
}

/**
 * A fifth of its life before the end of a token, a minute at most, and a second more since the end is told in whole seconds.
 * Never before half of its life, or a very short-lived one would be renewed without a pause.
 */
function renewalTime(expiresIn: number): number {
  const lifeMs = expiresIn * 1_000;
  return Date.now() + Math.max(lifeMs / 2, lifeMs - Math.min(60_000, lifeMs / 5 + 1_000));
}

/** For a person who signs in. */
export class PersonSession implements Session {
  readonly state: Store<SessionState>;
  readonly accessToken: Store<string | null>;
  #kept: StoredSession | null;
  #renewal: Promise<StoredSession> | null = null;

  constructor(
    private readonly storage: SessionStorage,
    private readonly refresh: (refreshToken: string) => Promise<TokenReply>,
  ) {
    this.#kept = storage.load();
    this.accessToken = createStore(this.#kept?.accessToken ?? null);
    this.state = createStore<SessionState>(
      this.#kept ? { state: 'signedIn', user: this.#kept.user } : { state: 'signedOut', error: null },
    );
  }

  renewAt(): number | null {
    return this.#kept?.renewAt ?? null;
  }

  async token(): Promise<string | null> {
    if (!this.#kept || this.#kept.renewAt > Date.now()) return this.#kept?.accessToken ?? null;
    const { accessToken } = await this.#renewOnce();
    return accessToken;
  }

  async renewAfter(refused: string): Promise<boolean> {
    if (this.#kept?.accessToken === refused) await this.#renewOnce();
    return this.#kept !== null && this.#kept.accessToken !== refused;
  }

  signIn({ accessToken, refreshToken, expiresIn, user }: TokenReply): StoredSession {
    const next = { accessToken, refreshToken, renewAt: renewalTime(expiresIn), user };
    this.storage.save(next);
    this.#keep(next);
    return next;
  }

  signOut(error: BatonError | null): StoredSession | null {
    const forgotten = this.#kept;
    this.storage.save(null);
    this.#keep(null, error);
    return forgotten;
  }

  #keep(next: StoredSession | null, error: BatonError | null = null): void {
    const before = this.#kept;
    this.#kept = next;
    if (before?.accessToken !== next?.accessToken) this.accessToken.set(next?.accessToken ?? null);
    if (!next) this.state.set({ state: 'signedOut', error });
    else if (JSON.stringify(before?.user) !== JSON.stringify(next.user)) {
      this.state.set({ state: 'signedIn', user: next.user });
    }
  }

  #renewOnce(): Promise<StoredSession> {
    this.#renewal ??= exclusively(this.storage.lock, () => this.#renew()).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /** Another client over the same storage may have renewed already: using its refresh token again would look like theft. */
  async #renew(): Promise<StoredSession> {
    const before = this.#kept;
    if (!before) throw signedOutMeanwhile();
    const stored = this.storage.load();
    if (!stored) {
      const error = new BatonError('UNAUTHENTICATED', 'Signed out in another window.');
      this.#keep(null, error);
      throw error;
    }
    if (stored.accessToken !== before.accessToken && stored.renewAt > Date.now()) {
      this.#keep(stored);
      return stored;
    }
    const reply = await this.refresh(stored.refreshToken).catch((error: unknown) => {
      if (this.#kept === before && isBatonError(error) && isFinal(error)) this.signOut(error);
      throw error;
    });
    if (this.#kept !== before) throw signedOutMeanwhile();
    return this.signIn(reply);
  }
}

const isFinal = ({ code }: BatonError) => code !== 'UNAVAILABLE' && code !== 'INTERNAL' && code !== 'TOO_MANY_REQUESTS';

const signedOutMeanwhile = () => new BatonError('UNAUTHENTICATED', 'Signed out while the session was being renewed.');
