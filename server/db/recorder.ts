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
import { json, statement, transactionId, type Statements } from './statement.js';
import { addWake, type Wake } from './wake.js';

/** By how much each board column of a project changes. */
export type ColumnChange = Partial<Record<TicketStatus, number>>;

export interface Numbers {
  /** Number of the first of the events asked for. */
  readonly seq: number;
  /** Number of the last ticket made in the project. */
  readonly ticketNumber: number;
}

interface NumbersRow {
  readonly event_seq: number;
  readonly ticket_no: number;
  readonly transaction_id: string | null;
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

// The row lock that this UPDATE takes puts the project's writers in a row until COMMIT: their numbers follow their order.
const takeNumbers = statement(
  'counters.take',
  (d) => `UPDATE project_counters SET event_seq = event_seq + $2, ticket_no = ticket_no + $3, n_open = n_open + $4,
     n_in_progress = n_in_progress + $5, n_review = n_review + $6, n_resolved = n_resolved + $7, n_closed = n_closed + $8
   WHERE project_id = $1 RETURNING event_seq, ticket_no, ${transactionId(d)}`,
);
const insertEvent = statement(
  'events.insert',
  (
    d,
  ) => `INSERT INTO events (project_id, seq, id, type, actor_id, actor_name, ticket_id, audience, reporter_id, payload, at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${d.jsonText('payload')} AS payload`,
);
const takeFeedNumber = statement('feeds.take', 'UPDATE user_feeds SET feed_seq = feed_seq + 1 WHERE user_id = $1');
// The number just taken. Nothing else in the transaction depends on it, so nobody waits for it before COMMIT.
const insertFeedEvent = statement(
  'feeds.insert',
  (d) => `INSERT INTO feed_events (user_id, seq, id, type, actor_id, actor_name, project_id, ticket_id, payload, at)
   VALUES ($1, (SELECT feed_seq FROM user_feeds WHERE user_id = $10), $2, $3, $4, $5, $6, $7, $8, $9)
   RETURNING seq, ${d.jsonText('payload')} AS payload`,
);

/** The payload as a reader of the log gets it: PostgreSQL keeps JSON in an order of its own. */
interface Written {
  readonly payload: string;
}

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
    private readonly statements: Statements,
    private readonly actor: Actor,
    readonly at: Date,
  ) {}

  /** Takes `events` event numbers and `tickets` ticket numbers, and moves the board's column counts. */
  async number(
    projectId: string,
    take: { events: number; tickets?: number; columns?: ColumnChange },
  ): Promise<Numbers> {
    const { OPEN = 0, IN_PROGRESS = 0, REVIEW = 0, RESOLVED = 0, CLOSED = 0 } = take.columns ?? {};
    const [row] = await this.statements.all<NumbersRow>(takeNumbers, [
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
  append<Type extends ProjectEventType>(draft: ProjectDraft<Type>): void {
    const { seq, projectId, audience, reporterId } = draft;
    const row = this.rowOf(draft);
    const { id, type, actor_id, actor_name, ticket_id, payload, at } = row;
    const told = ([written]: readonly object[]) => {
      const event = { ...row, seq, project_id: projectId, audience, reporter_id: reporterId, ...(written as Written) };
      addWake(this.moved, { kind: 'project', id: projectId, seq, rows: [event] });
    };
    const values = [projectId, seq, id, type, actor_id, actor_name, ticket_id, audience, reporterId, payload, at];
    this.statements.send(insertEvent, values, told);
    this.events.push({ projectId, seq, id });
  }

  /** Puts an event into a person's own stream. Written at the end, in the order of the people's ids. */
  notify<Type extends FeedEventType>(draft: FeedDraft<Type>): void {
    this.feedDrafts.push(draft);
  }

  /** Sends the events of personal streams. Their numbers are known after COMMIT. */
  flush(): void {
    const byUser = this.feedDrafts
      .splice(0)
      .toSorted((a, b) => (a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0));
    for (const draft of byUser) {
      const { userId } = draft;
      const row = this.rowOf(draft);
      const { id, type, actor_id, actor_name, project_id, ticket_id, payload, at } = row;
      const values = [userId, id, type, actor_id, actor_name, project_id, ticket_id, payload, at, userId];
      this.statements.send(takeFeedNumber, [userId]);
      this.statements.send(insertFeedEvent, values, ([written]) => {
        const event = { ...row, ...(written as Written & { seq: number }) };
        addWake(this.moved, { kind: 'user', id: userId, seq: event.seq, rows: [event] });
      });
    }
  }

  /** To be read after COMMIT. */
  get wakes(): readonly Wake[] {
    return [...this.moved.values()];
  }

  private rowOf({ type, projectId, ticketId, payload }: ProjectDraft<ProjectEventType> | FeedDraft<FeedEventType>) {
    const { userId: actor_id, name: actor_name } = this.actor;
    const by = { actor_id, actor_name, project_id: projectId, ticket_id: ticketId };
    return { id: newId(), type, ...by, payload: json(payload), at: this.at };
  }
}
