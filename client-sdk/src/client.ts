import type { TokenReply } from '../../contract/auth.js';
import type { User } from '../../contract/user.js';
import type { Api } from './api.js';
import type { CallOptions } from './call.js';
import * as assignments from './assignments.js';
import { createApi, createCall } from './calls.js';
import { isBatonError, type BatonError } from './errors.js';
import { SharedTicket, type OneTicket, type TicketSource } from './lists/oneTicket.js';
import { Overlay } from './lists/overlay.js';
import { keyOfQuery, sharing } from './lists/sharing.js';
import { showingAtOnce } from './lists/showingAtOnce.js';
import { SharedTicketList, type ListSource, type TicketList } from './lists/ticketList.js';
import type { Live, TicketsQuery } from './live.js';
import type { ClientOptions, ConnectionState, SessionState } from './options.js';
import { CallQueue } from './queue/callQueue.js';
import { onWhatWasSeen } from './queue/edits.js';
import { noQueue, type Queue } from './queue/queueState.js';
import { fixedSession, PersonSession, type Session } from './session.js';
import { Socket } from './socket.js';
import { memoryStorage } from './storage.js';
import type { Readable } from './store.js';
import { createStreams } from './streams.js';
import { createTyping } from './typing.js';
import { createTransport, type Transport } from './transport.js';

type Bound<Verb> = Verb extends (client: never, ...rest: infer Rest) => infer Reply ? (...rest: Rest) => Reply : never;

/**
 * Calls as `client.tickets.list({ … })`, streams as `client.live.project({ … }, { … })`. Nothing is sent before the first
 * use, but what a queue has kept. Calls reject with `BatonError`.
 */
export interface BatonClient extends Api {
  /** Signs in and keeps the session, renewed silently until it is ended by `logout`, revocation or disuse. */
  login(input: { readonly email: string; readonly password: string }, options?: CallOptions): Promise<User>;
  /** Ends the session here at once, and then on the server, if that can be reached. `everywhere`: all of the person's. */
  logout(options?: { readonly everywhere?: boolean }): Promise<void>;
  /** Who is signed in, and in which projects. */
  me(options?: CallOptions): ReturnType<Api['auth']['me']>;
  readonly tickets: Api['tickets'] & {
    /**
     * A list that stays true, for views: it is followed while anybody subscribes to it, shows mutations of this client at once, and
     * is the same one for whoever asks the same.
     */
    live(query?: TicketsQuery): TicketList;
    /** One ticket in the same way, and who has it open; whoever follows it is seen there. */
    liveOne(ticketId: string): OneTicket;
  };
  readonly presence: Api['presence'] & {
    /**
     * For each keystroke: tells at most every two seconds that one types, and that one has stopped after three seconds without a keystroke,
     * or at once with `false`. Nothing is thrown when it cannot be told.
     */
    typing(ticketId: string, isTyping?: boolean): void;
  };
  readonly live: Live;
  readonly session: Readable<SessionState>;
  readonly connection: Readable<ConnectionState>;
  /** Mutations that wait for the server, and those that it refused: with the option `queue`. */
  readonly queue: Queue;
  /** Ends all streams and the socket, and sends nothing more of the queue. The session is kept; the client can be used again. */
  close(): void;

  saveAssignments: Bound<typeof assignments.saveAssignments>;
  getAssignments: Bound<typeof assignments.getAssignments>;
  reassignTicket: Bound<typeof assignments.reassignTicket>;
  removeAssignment: Bound<typeof assignments.removeAssignment>;
  getAssignmentHistory: Bound<typeof assignments.getAssignmentHistory>;
}

/** @throws TypeError outside of a page when no `url` is given, or one that is not http(s). */
export function createClient(options: ClientOptions = {}): BatonClient {
  const url = originOf(options.url);
  const backoff = options.backoff ?? { baseMs: 1_000, maxMs: 10_000 };
  const heartbeat = options.heartbeat ?? { intervalMs: 10_000, timeoutMs: 5_000 };
  const { timeoutMs = 30_000, attempts = 5 } = options;
  const transport = createTransport({ url, fetch: options.fetch, timeoutMs, attempts, backoff });
  const session = createSession(options, transport);
  const socket = new Socket({ url, WebSocket: options.WebSocket, heartbeat, backoff }, session);
  const streams = createStreams({ socket, session, backoff });
  const overlay = new Overlay();
  const direct = onWhatWasSeen(showingAtOnce(createCall(transport, session), overlay, session.state));
  const source = { live: streams.live, overlay, connection: socket.state, session: session.state, backoff };
  // It waits and repeats by itself.
  const send = createCall({ ...transport, insist: (attempt) => attempt() }, session);
  const queue = options.queue ? new CallQueue({ ...source, store: options.queue, url, send, direct }) : null;
  const api = createApi(queue ? queue.call : direct);
  const end = (error: BatonError | null) => {
    streams.end(error);
    socket.close();
  };
  session.state.subscribe((state) => state.state === 'signedOut' && end(state.error));
  if (options.onConnectionState) socket.state.subscribe(options.onConnectionState);
  return {
    ...api,
    ...signing(session, transport, () => end(null)),
    me: (callOptions) => api.auth.me(undefined, callOptions),
    tickets: { ...api.tickets, ...createViews({ ...source, get: api.tickets.get }) },
    presence: { ...api.presence, typing: createTyping(api.presence.set) },
    live: streams.live,
    session: session.state,
    connection: socket.state,
    queue: queue ?? noQueue,
    close: () => {
      queue?.close();
      end(null);
    },
    saveAssignments: (...rest) => assignments.saveAssignments(api, ...rest),
    getAssignments: (...rest) => assignments.getAssignments(api, ...rest),
    reassignTicket: (...rest) => assignments.reassignTicket(api, ...rest),
    removeAssignment: (...rest) => assignments.removeAssignment(api, ...rest),
    getAssignmentHistory: (...rest) => assignments.getAssignmentHistory(api, ...rest),
  };
}

function originOf(given: string | undefined): string {
  const url = new URL(given ?? globalThis.location.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError(`Not an http(s) address: ${url.href}`);
  return given === undefined ? url.origin : `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function createViews(source: ListSource & TicketSource) {
  const lists = sharing(keyOfQuery, (query, onFollowed) => new SharedTicketList(query, source, onFollowed));
  return {
    live: (query: TicketsQuery = {}): TicketList => lists(query),
    liveOne: sharing(
      (ticketId: string) => ticketId.toLowerCase(),
      (ticketId, onFollowed): OneTicket => new SharedTicket(ticketId.toLowerCase(), source, onFollowed),
    ),
  };
}

function createSession({ token, storage }: ClientOptions, transport: Transport): Session {
  if (token !== undefined) return fixedSession(token);
  return new PersonSession(storage ?? memoryStorage(), refreshOver(transport));
}

const refreshOver =
  ({ send }: Transport) =>
  async (refreshToken: string) =>
    (await send({ path: 'auth.refresh', kind: 'mutation', input: { refreshToken }, token: null })) as TokenReply;

function signing(session: Session, transport: Transport, close: () => void) {
  const { send, insist } = transport;
  const refresh = refreshOver(transport);
  return {
    async login({ email, password }: { email: string; password: string }, { signal }: CallOptions = {}) {
      const request = { path: 'auth.login', kind: 'mutation', input: { email, password }, token: null } as const;
      const reply = (await insist(() => send(request, signal), signal)) as TokenReply;
      const before = session.state.get();
      if (before.state === 'signedIn' && before.user?.id !== reply.user.id) close();
      session.signIn(reply);
      return reply.user;
    },
    async logout({ everywhere = false } = {}) {
      const forgotten = session.signOut(null);
      if (!forgotten) return;
      const path = everywhere ? 'auth.logoutAll' : 'auth.logout';
      const end = (token: string) => send({ path, kind: 'mutation', input: {}, token });
      const told = insist(async () => {
        try {
          return await end(forgotten.accessToken);
        } catch (error) {
          if (!isBatonError(error, 'TOKEN_EXPIRED')) throw error;
          return await end((await refresh(forgotten.refreshToken)).accessToken);
        }
      });
      await told.catch(() => undefined);
    },
  };
}
