import { BatonError, toBatonError } from '../errors.js';
import type { EndHandlers } from '../live.js';
import type { ConnectionState, SessionState } from '../options.js';
import { createStore, type Readable, type Store } from '../store.js';
import type { Doing, Overlay, Watcher } from './overlay.js';
import type { Ticket } from '../../../contract/ticket.js';

/**
 * `loading`: nothing has come yet. `live`: what is shown is true. `stale`: the connection was cut a moment ago and is being
 * reopened. `offline`: it could not be, attempts go on. `error`: it is over, `error` says why, and nothing is shown.
 */
export type ListStatus = 'loading' | 'live' | 'stale' | 'offline' | 'error';

export interface ViewState {
  readonly status: ListStatus;
  readonly error: BatonError | null;
}

/** What views are given. Fits React: `useSyncExternalStore(view.subscribe, view.getSnapshot)`. */
export interface View<State extends ViewState> extends ViewState {
  /** Never changed, only replaced. */
  readonly getSnapshot: () => State;
  readonly subscribe: (listener: () => void) => () => void;
}

export interface ViewSource {
  readonly overlay: Overlay;
  readonly connection: Readable<ConnectionState>;
  readonly session: Readable<SessionState>;
}

/** Told when a view begins to be followed, and when it is not any more. */
export type OnFollowed = (isFollowed: boolean) => void;

/** How a view's stream ends, and whether what it brings is still wanted. */
export interface Ends extends Required<Pick<EndHandlers, 'onError' | 'onEnd'>> {
  readonly isWanted: () => boolean;
}

/** Whoever leaves a view comes back to it, and whoever draws it anew leaves and enters in one moment. */
const LINGER_MS = 5_000;

/** What is followed while anybody subscribes to it, once for all of them, with the overlay over what its stream brings. */
export abstract class SharedView<State extends ViewState> implements View<State>, Watcher {
  private readonly state: Store<State>;
  private stream: { stop(): void } | null = null;
  private failure: BatonError | null = null;
  private readers = 0;
  private lingering: ReturnType<typeof setTimeout> | undefined;
  private leave: (() => void) | null = null;

  constructor(
    private readonly source: ViewSource,
    /** What is shown while nobody follows it. */
    private readonly nothing: State,
    private readonly onFollowed: OnFollowed,
  ) {
    this.state = createStore(nothing);
  }

  abstract base(ticketId: string): Ticket | undefined;
  abstract hasPassed(ticketId: string, by: Doing): boolean;
  abstract changed(ticketId: string): void;
  abstract created(): void;
  protected abstract open(ends: Ends): { stop(): void };
  /** Forgets all that came. */
  protected abstract clear(): void;
  /** How true what came is, as far as the connection is. */
  protected abstract readonly isHere: 'no' | 'partly' | 'yes';
  protected abstract draw(overlay: Overlay): Omit<State, keyof ViewState>;

  get status(): ListStatus {
    return this.state.get().status;
  }
  get error(): BatonError | null {
    return this.state.get().error;
  }
  readonly getSnapshot = (): State => this.state.get();

  readonly subscribe = (listener: () => void): (() => void) => {
    const end = this.state.subscribe(() => listener());
    if (this.readers++ === 0) this.enter();
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      end();
      if (--this.readers === 0) this.lingering = setTimeout(() => this.end(), LINGER_MS);
    };
  };

  /** What may not be seen any more is not shown any more. */
  protected lose(error: BatonError): void {
    this.clear();
    this.failure = error;
    this.tell();
  }

  protected tell(): void {
    const before = this.state.get();
    const drawn = this.draw(this.source.overlay);
    const next = { ...drawn, status: this.currentStatus(), error: this.failure } as unknown as State;
    const isSame = (Object.keys(next) as (keyof State)[]).every((key) => next[key] === before[key]);
    if (!isSame) this.state.set(next);
  }

  /** Its stream has come further. */
  protected moved(): void {
    this.source.overlay.moved();
  }

  private enter(): void {
    clearTimeout(this.lingering);
    if (this.leave) return;
    this.onFollowed(true);
    const { overlay, connection, session } = this.source;
    const endings = [
      overlay.watch(this),
      connection.subscribe(() => this.tell()),
      session.subscribe((next) => {
        if (next.state === 'signedIn') this.follow();
        else this.lose(next.error ?? new BatonError('UNAUTHENTICATED', 'Signed out.'));
      }),
    ];
    this.leave = () => {
      for (const end of endings) end();
    };
    this.follow();
  }

  private end(): void {
    const leaving = this.stream;
    this.stream = null;
    leaving?.stop();
    this.clear();
    this.leave?.();
    this.leave = null;
    this.onFollowed(false);
    this.state.set(this.nothing);
  }

  private follow(): void {
    if (this.stream) return;
    // What is left may be what another person was shown.
    this.clear();
    this.failure = null;
    const mine = { stop: () => {} };
    this.stream = mine;
    const isWanted = () => this.stream === mine;
    try {
      const begun = this.open({
        isWanted,
        // Over; but whoever signs in next may see what this one may not.
        onError: (error) => {
          if (!isWanted()) return;
          this.stream = null;
          this.lose(error);
        },
        // Ended by `client.close`: it is followed again when somebody signs in.
        onEnd: () => {
          if (isWanted()) this.stream = null;
        },
      });
      mine.stop = () => begun.stop();
      this.tell();
    } catch (error) {
      // So many streams at once that one connection does not carry them.
      this.stream = null;
      this.lose(toBatonError(error));
    }
  }

  private currentStatus(): ListStatus {
    if (this.failure) return 'error';
    const { state } = this.source.connection.get();
    if (state === 'offline') return 'offline';
    if (this.isHere === 'no') return 'loading';
    return state === 'online' && this.isHere === 'yes' ? 'live' : 'stale';
  }
}
