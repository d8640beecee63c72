import type {
  Audience,
  FeedEventPayloads,
  FeedEventType,
  ProjectEventPayloads,
  ProjectEventType,
} from '../../contract/event.js';
import type { TicketStatus } from '../../contract/ticket.js';
import type { Actor } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { Dialect } from './dialect.js';
import { json, statement, type RunStatement, type Statement, type Value } from './statement.js';
import { addWake, type EventRow, type Wake } from './wake.js';

/** By how much each board column of a project changes. */
export type ColumnChange = Partial<Record<TicketStatus, number>>;

export interface Numbers {
  /** Number of the first of the events asked for. */
  readonly seq: number;
  /** Number of the last ticket made in the project. */
  readonly ticketNumber: number;
}

interface ProjectDraft<Type extends ProjectEventType> {
  readonly seq: number;
  readonly projectId: string;
  readonly type: Type;
  readonly ticketId: string | null;
  readonly audience: Audience;
  /** The customer that audience REPORTER lets see it. */
  readonly reporterId: string | null;
  readonly payload: ProjectEventPayloads[Type];
}
interface FeedDraft<Type extends FeedEventType> {
  readonly userId: string;
  readonly type: Type;
  readonly projectId: string | null;
  readonly ticketId: string | null;
  readonly payload: FeedEventPayloads[Type];
}

/** Costs nothing here, for the row has been written; SQLite has none, and no COMMIT that goes on without us. */
const transactionId = (d: Dialect): string =>
  d.name === 'postgres' ? 'pg_current_xact_id()::text AS transaction_id' : 'NULL AS transaction_id';

// The row lock that this UPDATE takes puts the project's writers in a row until COMMIT: their numbers follow their order.
const takeNumbers = statement(
  'counters.take',
  (d) => `UPDATE project_counters SET event_seq = event_seq + $2, ticket_no = ticket_no + $3, n_open = n_open + $4,
     n_in_progress = n_in_progress + $5, n_review = n_review + $6, n_resolved = n_resolved + $7, n_closed = n_closed + $8
   WHERE project_id = $1 RETURNING event_seq, ticket_no, ${transactionId(d)}`,
);
// The payload comes back as a reader of the log gets it: PostgreSQL keeps JSON in an order of its own.
const insertEvent = statement(
  'events.insert',
  (
    d,
  ) => `INSERT INTO events (project_id, seq, id, type, actor_id, actor_name, ticket_id, audience, reporter_id, payload, at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${d.jsonText('payload')} AS payload`,
);
const takeFeedNumber = statement(
  'feeds.take',
  (d) => `UPDATE user_feeds SET feed_seq = feed_seq + 1 WHERE user_id = $1 RETURNING feed_seq, ${transactionId(d)}`,
);
const insertFeedEvent = statement(
  'feeds.insert',
  (d) => `INSERT INTO feed_events (user_id, seq, id, type, actor_id, actor_name, project_id, ticket_id, payload, at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ${d.jsonText('payload')} AS payload`,
);

/**
 * The event log's side of a unit of work. Numbers come from the project's counters row, which stays locked until COMMIT:
 * call {@link number} once per project, in the order of their ids, after every other row has been locked.
 */
export class Recorder {
  readonly events: { readonly projectId: string; readonly seq: number; readonly id: string }[] = [];
  /** PostgreSQL's own name for the transaction, once something was numbered in it. */
  transactionId: string | null = null;
  private readonly feedDrafts: FeedDraft<FeedEventType>[] = [];
  private readonly moved = new Map<string, Wake>();

  constructor(
    private readonly all: RunStatement,
    private readonly actor: Actor,
    readonly at: Date,
  ) {}

  /** Takes `events` event numbers and `tickets` ticket numbers, and moves the board's column counts. */
  async number(
    projectId: string,
    take: { events: number; tickets?: number; columns?: ColumnChange },
  ): Promise<Numbers> {
    const { OPEN = 0, IN_PROGRESS = 0, REVIEW = 0, RESOLVED = 0, CLOSED = 0 } = take.columns ?? {};
    const [row] = await this.all<{ event_seq: number; ticket_no: number; transaction_id: string | null }>(takeNumbers, [
      projectId,
      take.events,
      take.tickets ?? 0,
      OPEN,
      IN_PROGRESS,
      REVIEW,
      RESOLVED,
      CLOSED,
    ]);
    if (!row) throw notFound('project');
    this.transactionId = row.transaction_id;
    addWake(this.moved, { kind: 'project', id: projectId, seq: row.event_seq });
    return { seq: row.event_seq - take.events + 1, ticketNumber: row.ticket_no };
  }

  /** Writes a project event under a number taken before. */
  async append<Type extends ProjectEventType>(draft: ProjectDraft<Type>): Promise<void> {
    const { seq, projectId, audience, reporterId } = draft;
    const row = { ...this.rowOf(draft, seq), project_id: projectId, audience, reporter_id: reporterId };
    const { id, type, actor_id, actor_name, ticket_id, payload, at } = row;
    const written = await this.write(insertEvent, row, [
      projectId,
      seq,
      id,
      type,
      actor_id,
      actor_name,
      ticket_id,
      audience,
      reporterId,
      payload,
      at,
    ]);
    this.events.push({ projectId, seq, id });
    addWake(this.moved, { kind: 'project', id: projectId, seq, rows: [written] });
  }

  /** Puts an event into a person's own stream. Written at the end, in the order of the people's ids. */
  notify<Type extends FeedEventType>(draft: FeedDraft<Type>): void {
    this.feedDrafts.push(draft);
  }

  async flush(): Promise<void> {
    const byUser = this.feedDrafts.toSorted((a, b) => (a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0));
    for (const draft of byUser) {
      const [row] = await this.all<{ feed_seq: number; transaction_id: string | null }>(takeFeedNumber, [draft.userId]);
      if (!row) throw notFound('user');
      this.transactionId = row.transaction_id;
      const { feed_seq: seq } = row;
      const event = this.rowOf(draft, seq);
      const { id, type, actor_id, actor_name, project_id, ticket_id, payload, at } = event;
      const values = [draft.userId, seq, id, type, actor_id, actor_name, project_id, ticket_id, payload, at];
      const written = await this.write(insertFeedEvent, event, values);
      addWake(this.moved, { kind: 'user', id: draft.userId, seq, rows: [written] });
    }
    this.feedDrafts.length = 0;
  }

  get wakes(): readonly Wake[] {
    return [...this.moved.values()];
  }

  private rowOf(draft: ProjectDraft<ProjectEventType> | FeedDraft<FeedEventType>, seq: number) {
    const { userId: actor_id, name: actor_name } = this.actor;
    const { type, projectId: project_id, ticketId: ticket_id } = draft;
    return {
      seq,
      id: newId(),
      type,
      actor_id,
      actor_name,
      project_id,
      ticket_id,
      payload: json(draft.payload),
      at: this.at,
    };
  }

  private async write(insert: Statement, row: EventRow, values: readonly Value[]): Promise<EventRow> {
    const [written] = await this.all<{ payload: string }>(insert, values);
    return { ...row, payload: written?.payload ?? row.payload };
  }
}
