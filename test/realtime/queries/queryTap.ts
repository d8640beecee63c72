import { foldTickets, noTickets, type TicketsView } from '../../../contract/foldTickets.js';
import type { TicketsItem } from '../../../contract/liveTickets.js';
import type { Actor } from '../../../server/kernel/actor.js';
import type { Hub } from '../../../server/realtime/hub.js';
import { parseQueryCursor } from '../../../server/realtime/queries/queryCursor.js';
import type { QueryRequest } from '../../../server/realtime/queries/querySpec.js';
import { Tap } from '../liveWorld.js';

type Viewer = Pick<Actor, 'userId' | 'sessionId'>;

export const everything: QueryRequest = {
  projectId: null,
  filter: {},
  sort: { by: 'updatedAt', dir: 'desc' },
  limit: 50,
};

/** A reader of a live query that folds what it is sent. */
export class QueryTap {
  private readonly tap: Tap;
  private folded = 0;
  private current: TicketsView;
  private readonly held: TicketsView;

  constructor(
    hub: Hub,
    viewer: Viewer,
    readonly asked: QueryRequest,
    lastEventId?: string,
    /** What the reader holds already, with a cursor. */
    held: TicketsView = noTickets,
  ) {
    this.current = held;
    this.held = held;
    this.tap = new Tap(viewer, (request) => hub.followTickets(asked, request), lastEventId);
  }

  get sent(): readonly { readonly cursor: string; readonly item: TicketsItem }[] {
    return this.tap.received as unknown as { cursor: string; item: TicketsItem }[];
  }
  get items(): readonly TicketsItem[] {
    return this.sent.map(({ item }) => item);
  }
  get cursor(): string | undefined {
    return this.tap.cursor;
  }
  get error(): unknown {
    return this.tap.error;
  }
  /** All that was sent so far, as text: what is not in it was not told. */
  get text(): string {
    return JSON.stringify(this.items);
  }

  get view(): TicketsView {
    for (const { item } of this.sent.slice(this.folded))
      this.current = foldTickets(this.current, item, this.asked.sort);
    this.folded = this.sent.length;
    return this.current;
  }
  get titles(): readonly string[] {
    return this.view.items.map(({ title }) => title);
  }

  /** What a reader holds at each cursor that it may go on from. */
  *views(): Generator<{ readonly cursor: string; readonly view: TicketsView }> {
    let view = this.held;
    for (const { cursor, item } of this.sent) {
      view = foldTickets(view, item, this.asked.sort);
      if (parseQueryCursor(cursor)) yield { cursor, view };
    }
  }

  pause = (): void => this.tap.pause();
  resume = (): void => this.tap.resume();
  stop = (): Promise<void> => this.tap.stop();
  ended = (): Promise<void> => this.tap.ended();
}
