import type { Api, CallOptions } from './api.js';
import type * as assignments from './assignments.js';
import type { Live } from './live.js';
import type { ClientOptions, ConnectionState, SessionState } from './options.js';
import type { Readable } from './store.js';
import type { User } from '../../contract/user.js';

type Bound<Verb> = Verb extends (client: never, ...rest: infer Rest) => infer Reply ? (...rest: Rest) => Reply : never;

/**
 * Calls as `client.tickets.list({ … })`, streams as `client.live.project({ … }, { … })`. Nothing is sent before the first
 * use. Calls reject with `BatonError`.
 */
export interface BatonClient extends Api {
  /** Signs in and keeps the session, renewed silently until it is ended by `logout`, revocation or disuse. */
  login(input: { readonly email: string; readonly password: string }, options?: CallOptions): Promise<User>;
  /** Ends the session here at once and on the server if it can be reached; `everywhere` ends all of the person's sessions. */
  logout(options?: { readonly everywhere?: boolean }): Promise<void>;
  /** Who is signed in, and in which projects. */
  me(options?: CallOptions): ReturnType<Api['auth']['me']>;
  readonly live: Live;
  readonly session: Readable<SessionState>;
  readonly connection: Readable<ConnectionState>;
  /** Ends all streams and the socket. The session is kept; the client can be used again. */
  close(): void;

  saveAssignments: Bound<typeof assignments.saveAssignments>;
  getAssignments: Bound<typeof assignments.getAssignments>;
  reassignTicket: Bound<typeof assignments.reassignTicket>;
  removeAssignment: Bound<typeof assignments.removeAssignment>;
  getAssignmentHistory: Bound<typeof assignments.getAssignmentHistory>;
}

export function createClient(_options: ClientOptions = {}): BatonClient {
  throw new Error('not written yet');
}
