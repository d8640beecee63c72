import { isBatonError, type BatonClient, type BatonError, type LiveStream, type ProjectEvent } from '../sdk.js';
import type { Ticket, TicketStatus } from '../sdk.js';
import { reduceBoard } from './boardReducer.js';
import { loadColumnPage, loadSnapshot } from './boardSnapshot.js';
import { boardFrom, withTickets, type BoardState } from './boardState.js';
import type { Overlay } from './boardView.js';

/** What the page draws. `state` is null until the first snapshot is there; `error` says why the board cannot go on. */
export interface BoardView {
  readonly state: BoardState | null;
  readonly overlays: readonly Overlay[];
  readonly loadingMore: TicketStatus | null;
  readonly error: BatonError | null;
  /** How often the board was read from the beginning: what had been read beyond the columns is then to be read again. */
  readonly epoch: number;
}

const blank: BoardView = { state: null, overlays: [], loadingMore: null, error: null, epoch: 0 };

/** Events may come in bursts: the page is drawn at most this often. */
const DRAW_MS = 16;
/** Counts of columns that are not all here are read anew when a burst of events has passed. */
const RECOUNT_MS = 1_500;

/**
 * One project, kept equal to the server: it follows first, then reads the snapshot, and applies what was told meanwhile on
 * top, so nothing falls between the two. After a resync it does the same again.
 */
export class BoardStore {
  #view = blank;
  #stream: LiveStream<ProjectEvent> | null = null;
  #reading: AbortController | null = null;
  #early: ProjectEvent[] = [];
  #nextOverlayId = 1;
  #drawTimer: ReturnType<typeof setTimeout> | undefined;
  #recountTimer: ReturnType<typeof setTimeout> | undefined;
  #lifetime = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #watchers = new Set<(event: ProjectEvent) => void>();

  constructor(
    private readonly client: BatonClient,
    readonly projectId: string,
  ) {}

  readonly get = (): BoardView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls `watcher` with each event right after it was applied; returns what ends that. */
  readonly watch = (watcher: (event: ProjectEvent) => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Begins to follow; after `stop`, from the beginning. */
  start(): void {
    this.#lifetime = new AbortController();
    this.#view = blank;
    this.#stream = this.client.live.project(
      { projectId: this.projectId },
      {
        onReady: ({ seq }) => {
          if (this.#view.state === null && this.#reading === null) void this.#load(seq);
        },
        onResync: ({ seq }) => void this.#load(seq),
        onEvent: (event) => (this.#reading ? void this.#early.push(event) : this.#apply([event])),
        onError: (error) => this.#fail(error),
      },
    );
  }

  stop(): void {
    this.#lifetime.abort();
    this.#reading?.abort();
    this.#reading = null;
    this.#stream?.stop();
    clearTimeout(this.#drawTimer);
    this.#drawTimer = undefined;
    clearTimeout(this.#recountTimer);
  }

  /** Shows `patch` on the ticket until `confirm` and the event it names, or until `withdraw`. */
  overlay(ticketId: string, patch: Partial<Ticket>): number {
    const id = this.#nextOverlayId++;
    this.#set({ overlays: [...this.#view.overlays, { id, ticketId, patch, seq: null }] });
    return id;
  }

  withdraw(overlayId: number): void {
    this.#set({ overlays: this.#view.overlays.filter((overlay) => overlay.id !== overlayId) });
  }

  /** The server has done it: the overlay goes when event `seq` has been applied, which may have happened already. */
  confirm(overlayId: number, seq: number): void {
    const overlays = this.#view.overlays.map((overlay) => (overlay.id === overlayId ? { ...overlay, seq } : overlay));
    this.#set({ overlays: pending(overlays, this.#view.state?.seq ?? 0) });
  }

  /** Takes in tickets that a search or a reply brought; those of other projects have their own boards. */
  admit(tickets: readonly Ticket[]): void {
    const own = tickets.filter(({ projectId }) => projectId === this.projectId);
    if (this.#view.state) this.#set({ state: withTickets(this.#view.state, own) });
  }

  async loadMore(status: TicketStatus): Promise<void> {
    const cursor = this.#view.state?.nextPages[status];
    if (!cursor || this.#view.loadingMore) return;
    this.#set({ loadingMore: status });
    try {
      const page = await loadColumnPage(
        this.client,
        { projectId: this.projectId, status, cursor },
        this.#lifetime.signal,
      );
      const { state } = this.#view;
      // A resync may have begun the columns anew.
      if (!state || state.nextPages[status] !== cursor) return;
      const nextPages = { ...state.nextPages, [status]: page.nextCursor };
      this.#set({ state: withTickets({ ...state, nextPages }, page.items) });
    } finally {
      this.#set({ loadingMore: null });
    }
  }

  async #load(seq: number): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#early = [];
    try {
      const snapshot = await loadSnapshot(this.client, this.projectId, reading.signal);
      if (this.#reading !== reading) return;
      const feed = this.#view.state?.feed ?? [];
      this.#set({
        state: { ...boardFrom(snapshot, seq), feed },
        overlays: pending(this.#view.overlays, seq),
        epoch: this.#view.epoch + 1,
      });
      this.#reading = null;
      this.#apply(this.#early);
    } catch (error) {
      if (this.#reading !== reading || reading.signal.aborted) return;
      this.#reading = null;
      this.#stream?.stop();
      if (!isBatonError(error)) throw error;
      this.#fail(error);
    }
  }

  #apply(events: readonly ProjectEvent[]): void {
    const before = this.#view.state;
    if (!before) return;
    const state = events.reduce(reduceBoard, before);
    if (state === before) return;
    this.#view = { ...this.#view, state, overlays: pending(this.#view.overlays, state.seq) };
    for (const event of events) for (const watcher of this.#watchers) watcher(event);
    this.#drawTimer ??= setTimeout(() => this.#draw(), DRAW_MS);
    this.#recountSoon(state);
  }

  #recountSoon(state: BoardState): void {
    clearTimeout(this.#recountTimer);
    if (Object.values(state.nextPages).every((cursor) => cursor === null)) return;
    this.#recountTimer = setTimeout(() => void this.#recount(), RECOUNT_MS);
  }

  async #recount(): Promise<void> {
    try {
      const { byStatus } = await this.client.tickets.counts(
        { projectId: this.projectId },
        { signal: this.#lifetime.signal },
      );
      const { state } = this.#view;
      if (state) this.#set({ state: { ...state, counts: { ...state.counts, ...byStatus } } });
    } catch {
      // The next event asks again; until then the counts are those that the events gave.
    }
  }

  #fail(error: BatonError): void {
    this.#set({ error });
  }

  #set(change: Partial<BoardView>): void {
    this.#view = { ...this.#view, ...change };
    this.#draw();
  }

  #draw(): void {
    clearTimeout(this.#drawTimer);
    this.#drawTimer = undefined;
    for (const listener of this.#listeners) listener();
  }
}

const pending = (overlays: readonly Overlay[], seq: number): readonly Overlay[] =>
  overlays.some((overlay) => overlay.seq !== null && overlay.seq <= seq)
    ? overlays.filter((overlay) => overlay.seq === null || overlay.seq > seq)
    : overlays;
