import type { TRPCClientError } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { closeCodes } from '../../contract/errors.js';
import type { Backoff } from './backoff.js';
import { BatonError } from './errors.js';
import { openSocket, type Hooks, type SocketTarget } from './openSocket.js';
import type { ConnectionState } from './options.js';
import { Reopening } from './reopening.js';
import type { Session } from './session.js';
import { createStore, type Readable } from './store.js';

export interface Observer {
  onData(value: unknown): void;
  onError(error: TRPCClientError<AnyTRPCRouter>): void;
  /** Ended by the server, or by `close`. */
  onComplete(): void;
}
export interface LiveSocket {
  readonly state: Readable<ConnectionState>;
  /** The token that the server knows this socket by. */
  token(): string | null;
  /** Resolves when no renewal of that token is under way. */
  settled(): Promise<void>;
  /** Opens the socket when there is none. A cut one is reopened, and the subscription goes on behind its last item. */
  subscribe(path: string, input: unknown, observer: Observer): { unsubscribe(): void };
  close(): void;
}
export interface SocketOptions extends SocketTarget {
  readonly backoff: Backoff;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const RENEW_AGAIN_MS = 5_000;
/** How often in a row a socket may be refused for its token before the session counts as over. */
const REFUSALS = 3;

/** The one socket of all live streams, open while there is one. Its token is renewed before it expires. */
export class Socket implements LiveSocket, Hooks {
  readonly state = createStore<ConnectionState>({ state: 'idle', since: Date.now(), closeCode: null });
  readonly #reopening: Reopening;
  #open: ReturnType<typeof openSocket> | null = null;
  /** Whether the server has heard of us on the present socket. */
  #opened = false;
  #closeCode: number | null = null;
  #sent: string | null = null;
  #refused: string | null = null;
  #refusals = 0;
  #renewal: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly options: SocketOptions,
    private readonly session: Session,
  ) {
    this.#reopening = new Reopening(options.backoff);
    session.accessToken.subscribe((token) => this.#renew(token));
  }

  token(): string | null {
    return this.#sent;
  }

  settled(): Promise<void> {
    return this.#renewal;
  }

  subscribe(path: string, input: unknown, observer: Observer): { unsubscribe(): void } {
    this.#open ??= openSocket(this.options, this);
    return this.#open.trpc.subscription(path, input, {
      onData: (value) => {
        this.#reopening.served();
        this.#refusals = 0;
        observer.onData(value);
      },
      onError: (error) => observer.onError(error),
      onComplete: () => observer.onComplete(),
    });
  }

  close(): void {
    const closing = this.#open;
    this.#open = null;
    this.#opened = false;
    closing?.close();
    this.show('idle');
  }

  async prepare(): Promise<void> {
    if (this.#refused !== null) await this.session.renewAfter(this.#refused);
    this.#refused = null;
    await this.session.token();
  }

  show(next: ConnectionState['state']): void {
    const { state, since, closeCode } = this.state.get();
    if (state !== next || closeCode !== this.#closeCode) {
      this.state.set({ state: next, since: state === next ? since : Date.now(), closeCode: this.#closeCode });
    }
    this.#arm();
  }

  introduce(): string | null {
    this.#sent = this.session.accessToken.get();
    return this.#sent;
  }

  onOpen(): void {
    this.#opened = true;
    this.#reopening.opened();
  }

  onClose(code: number): void {
    // Also told of sockets that never opened.
    if (!this.#opened) return;
    this.#opened = false;
    this.#closeCode = code;
    this.#reopening.closed(code);
    // The cut itself may have been told before its code is known.
    if (this.state.get().state !== 'online') this.show(this.state.get().state);
    if (code === closeCodes.accessLost.code) {
      this.session.signOut(new BatonError('FORBIDDEN', 'The account was deactivated.'));
    } else if (code === closeCodes.unauthenticated.code) {
      this.#refused = this.#sent;
      this.#refusals += 1;
      if (this.#refusals < REFUSALS) return;
      this.session.signOut(new BatonError('UNAUTHENTICATED', 'The server refuses this session.'));
    }
  }

  delayMs(attempt: number): number {
    return this.#reopening.delayMs(attempt);
  }

  /** Renewing the session in time makes its access token change, which renews the socket. */
  #arm(leastMs = 0): void {
    clearTimeout(this.#timer);
    const at = this.session.renewAt();
    if (at === null || this.state.get().state !== 'online') return;
    const waitMs = Math.min(LONGEST_TIMER_MS, Math.max(leastMs, at - Date.now()));
    // Also armed anew when nothing was renewed: a timer may be a little early, or not long enough.
    const renew = () =>
      this.session.token().then(
        () => this.#arm(),
        () => this.#arm(RENEW_AGAIN_MS),
      );
    this.#timer = setTimeout(() => void renew(), waitMs);
  }

  #renew(token: string | null): void {
    if (!this.#open || token === null || token === this.#sent || this.state.get().state !== 'online') return;
    const { trpc, reopen } = this.#open;
    this.#renewal = trpc.mutation('auth.renew', { accessToken: token }).then(
      () => {
        this.#sent = token;
      },
      // A new socket shows the new token from the start.
      () => reopen(),
    );
    this.#arm();
  }
}
