import { foldTickets, noTickets, type TicketsView } from '../../../contract/foldTickets.js';
import type { TicketsItem } from '../../../contract/liveTickets.js';
import type { Hub } from '../../../server/realtime/hub.js';
import { parseQueryCursor } from '../../../server/realtime/queries/queryCursor.js';
import { querySpec, type QueryRequest, type QuerySpec } from '../../../server/realtime/queries/querySpec.js';
import { Tap } from '../../realtime/liveWorld.js';
import type { Person } from '../../support/world.js';
import { Expected, type Ledger } from './ledger.js';
import { difference, isSameAnswer } from './sameTickets.js';

/** One person with one filter: folds what comes, and holds every state against the log at its cursor. */
export class Reader {
  private tap: Tap;
  private hub: Hub;
  private view: TicketsView = noTickets;
  private cursor: string | undefined;
  private expected: Expected | null = null;
  private readonly specs: ReadonlyMap<string, QuerySpec>;
  isPaused = false;
  /** Between two connections. */
  isAway = false;
  /** States that were held against the log. */
  judged = 0;
  /** What came first after a reconnection by cursor. */
  readonly resumed = { delta: 0, snapshot: 0 };
  private isResuming = false;

  constructor(
    hub: Hub,
    readonly person: Person,
    readonly asked: QueryRequest,
    private readonly ledger: Ledger,
  ) {
    this.hub = hub;
    this.specs = possibleSpecs(asked, person, ledger.projects);
    this.tap = this.open();
  }

  get error(): unknown {
    return this.tap.error;
  }

  pause(): void {
    this.isPaused = true;
    this.tap.pause();
  }
  resume(): void {
    this.isPaused = false;
    this.tap.resume();
  }
  async stop(): Promise<void> {
    this.isAway = true;
    this.isPaused = false;
    await this.tap.stop();
    this.fold();
  }

  /** Breaks the connection and comes back, at this node or another, with the cursor. */
  async reconnect(hub: Hub): Promise<void> {
    await this.stop();
    this.hub = hub;
    this.isResuming = this.cursor !== undefined;
    this.tap = this.open(this.cursor);
  }

  /** The same without a cursor. */
  async beginAnew(hub = this.hub): Promise<void> {
    await this.stop();
    this.hub = hub;
    this.view = noTickets;
    this.cursor = undefined;
    this.unjudged.push('anew');
    this.tap = this.open();
  }

  /** What the reader holds; null while a snapshot is under way. */
  get held(): TicketsView | null {
    this.fold();
    return this.view.isWhole ? this.view : null;
  }

  private readonly unjudged: ('anew' | { readonly cursor: string; readonly view: TicketsView })[] = [];

  private fold(): void {
    for (const received of this.tap.received.splice(0)) {
      const item = received.item as unknown as TicketsItem;
      if (this.isResuming) this.resumed[item.kind]++;
      this.isResuming = false;
      this.view = foldTickets(this.view, item, this.asked.sort);
      this.cursor = received.cursor;
      if (parseQueryCursor(this.cursor)) this.unjudged.push({ cursor: this.cursor, view: this.view });
    }
  }

  /** Holds the states since the last call against the ledger, which must reach as far. Answers the first that does not fit. */
  judge(): string | null {
    this.fold();
    for (const state of this.unjudged.splice(0)) {
      if (state === 'anew') this.expected = null;
      else {
        const wrong = this.judgeState(state);
        if (wrong !== null) return `${this.describe()} at ${state.cursor}: ${wrong}`;
        this.judged++;
      }
    }
    return null;
  }

  private judgeState({ cursor, view }: { readonly cursor: string; readonly view: TicketsView }): string | null {
    const { hash, seqs } = parseQueryCursor(cursor) ?? { hash: '', seqs: [] };
    const spec = this.specs.get(hash);
    if (!spec) return 'the cursor of a query that this person can never have asked';
    if (this.expected?.spec !== spec) this.expected = new Expected(this.ledger, spec);
    const { expected } = this;
    try {
      expected.goTo(seqs);
    } catch (error) {
      return String(error);
    }
    return isSameAnswer(view, expected) ? null : `the log says otherwise: ${difference(view, expected)}`;
  }

  describe(): string {
    return `${this.person.name} ${JSON.stringify(this.asked)}`;
  }

  private open(lastEventId?: string): Tap {
    this.isAway = false;
    return new Tap(this.person, (request) => this.hub.followTickets(this.asked, request), lastEventId);
  }
}

const standings = ['none', 'staff', 'customer'] as const;

/** By their hashes: what the question means for whatever the person may be in each project. Customers are never staff. */
function possibleSpecs(asked: QueryRequest, { userId, role }: Person, projects: readonly string[]) {
  const possible = standings.filter((standing) => role !== 'CUSTOMER' || standing !== 'staff');
  let scopes: { readonly staffOf: readonly string[]; readonly customerOf: readonly string[] }[] = [
    { staffOf: [], customerOf: [] },
  ];
  for (const id of projects.toSorted())
    if (asked.projectId === null || asked.projectId === id)
      scopes = scopes.flatMap(({ staffOf, customerOf }) =>
        possible.map((standing) => ({
          staffOf: standing === 'staff' ? [...staffOf, id] : staffOf,
          customerOf: standing === 'customer' ? [...customerOf, id] : customerOf,
        })),
      );
  const specs = scopes.map((scope) =>
    querySpec(asked, { ...scope, customerId: scope.customerOf.length > 0 ? userId : null }),
  );
  return new Map(specs.map((spec) => [spec.hash, spec]));
}
