import { isBatonError, type BatonClient, type BatonError, type Ticket } from '../sdk.js';
import type { BoardStore } from './boardStore.js';

export type ListQuery = NonNullable<Parameters<BatonClient['tickets']['list']>[0]>;

/** How far the server's list for one lane has been read. */
export interface LanePages {
  /** Where the next page begins; null when all of it is here, or nothing is yet. */
  readonly next: string | null;
  /** The last ticket of the last page: tickets behind it in the lane's order may still be missing others between them. */
  readonly edge: Ticket | null;
  /** What the server found, e.g. by a word in a description. */
  readonly hits: ReadonlySet<string>;
  readonly isReading: boolean;
  readonly error: BatonError | null;
}

export type Lanes = ReadonlyMap<string, LanePages>;
const unread: LanePages = { next: null, edge: null, hits: new Set(), isReading: true, error: null };
const PAGE = 200;

/** Reads pages of one list per lane into the board's store, whose events keep the tickets as they are. */
export class LaneReader {
  #lanes: Lanes;
  readonly #listeners = new Set<() => void>();
  #lifetime = new AbortController();

  constructor(
    private readonly client: BatonClient,
    private readonly store: BoardStore,
    private readonly queries: ReadonlyMap<string, ListQuery>,
  ) {
    this.#lanes = new Map([...queries.keys()].map((id) => [id, unread]));
  }

  readonly get = (): Lanes => this.#lanes;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads the first page of every lane; after `stop`, again. */
  start(): void {
    this.#lifetime = new AbortController();
    for (const id of this.queries.keys()) void this.#read(id, null);
  }

  stop(): void {
    this.#lifetime.abort();
  }

  /** Reads on, or again after an error. */
  more(id: string): void {
    const lane = this.#lanes.get(id);
    if (!lane || lane.isReading || (lane.next === null && lane.error === null)) return;
    this.#set(id, { isReading: true, error: null });
    void this.#read(id, lane.next);
  }

  async #read(id: string, cursor: string | null): Promise<void> {
    const { signal } = this.#lifetime;
    try {
      const query = { ...this.queries.get(id), limit: PAGE, ...(cursor === null ? {} : { cursor }) };
      const { items, nextCursor } = await this.client.tickets.list(query, { signal });
      if (signal.aborted) return;
      this.store.admit(items);
      const hits = new Set([...(this.#lanes.get(id)?.hits ?? []), ...items.map((ticket) => ticket.id)]);
      this.#set(id, { next: nextCursor, edge: items.at(-1) ?? null, hits, isReading: false });
    } catch (error) {
      if (signal.aborted) return;
      if (!isBatonError(error)) throw error;
      // The server knows no such words or person: there is nothing more to find.
      this.#set(id, { isReading: false, error: error.code === 'BAD_INPUT' ? null : error });
    }
  }

  #set(id: string, change: Partial<LanePages>): void {
    this.#lanes = new Map(this.#lanes).set(id, { ...unread, ...this.#lanes.get(id), ...change });
    for (const listener of this.#listeners) listener();
  }
}
