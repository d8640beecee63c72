import type { AuditEntity } from '../../contract/audit.js';
import type {
  Audience,
  FeedEventPayloads,
  FeedEventType,
  ProjectEventPayloads,
  ProjectEventType,
} from '../../contract/event.js';
import type { TicketStatus } from '../../contract/ticket.js';
import { personOf, type Actor } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import { groupBy } from '../kernel/groupBy.js';
import { newId } from '../kernel/ids.js';
import { AuditTrail, type AuditDraft } from './auditTrail.js';
import type { Dialect } from './dialect.js';
import {
  feedColumns,
  insertEvents,
  insertFeedEvents,
  projectColumns,
  takeFeedNumbers,
  takeNumbers,
  type FeedNumbers,
  type NumbersRow,
} from './eventStatements.js';
import { inBatches, inLockOrder, LARGEST_BATCH, toldOnce } from './rowStatements.js';
import { json, type Statements } from './statement.js';
import type { Call } from './call.js';
import { addWake, ROWS_MAX, type EventRow, type Wake } from './wake.js';

/** By how much each board column of a project changes. */
export type ColumnChange = Partial<Record<TicketStatus, number>>;

export interface Numbers {
  /** Number of the first of the events asked for. */
  readonly seq: number;
  /** Number of the last ticket made in the project. */
  readonly ticketNumber: number;
  /** Of the project's SLA policies; null: it has none. */
  readonly slaRevision: string | null;
}

/** The conversation, and the message, that an event tells of. */
export interface Talk {
  readonly conversationId: string;
  readonly messageId: string | null;
  /** Keeps it from whoever is not a member of the conversation; in a personal stream it says nothing. */
  readonly membersOnly: boolean;
}
interface ProjectDraft<Type extends ProjectEventType> {
  readonly seq: number;
  readonly projectId: string;
  readonly type: Type;
  readonly ticketId: string | null;
  readonly audience: Audience;
  /** The customer that audience REPORTER lets see it. */
  readonly reporterId: string | null;
  readonly talk?: Talk;
  readonly payload: ProjectEventPayloads[Type];
}
interface FeedDraft<Type extends FeedEventType> {
  readonly userId: string;
  readonly type: Type;
  readonly projectId: string | null;
  readonly ticketId: string | null;
  readonly talk?: Talk;
  readonly payload: FeedEventPayloads[Type];
}

/** What the database says of a row: its number, and the payload as a reader of the log gets it; PostgreSQL keeps JSON in an order of its own. */
type Written = Pick<EventRow, 'id' | 'seq' | 'payload'>;
type ProjectEvent = EventRow & { readonly project_id: string; readonly audience: Audience };
type FeedEvent = Omit<EventRow, 'seq'> & { readonly user_id: string };

/**
 * The event log's side of a unit of work. Numbers come from the project's counters row, which stays locked until COMMIT:
 * call {@link number} once per project, in the order of their ids, after every other row has been locked.
 */
export class Recorder {
  readonly events: { readonly projectId: string; readonly seq: number; readonly id: string }[] = [];
  /** PostgreSQL's own name for the transaction, once something was numbered in it. */
  transactionId: string | null = null;
  private readonly projectEvents: ProjectEvent[] = [];
  private readonly feedEvents: FeedEvent[] = [];
  private readonly moved = new Map<string, Wake>();
  private readonly trail: AuditTrail;
  private actor: Actor;

  constructor(
    private readonly statements: Statements,
    call: Pick<Call, 'actor' | 'procedure'>,
    readonly at: Date,
    private readonly dialect: Dialect,
  ) {
    this.actor = call.actor;
    this.trail = new AuditTrail(call, at);
  }

  /** What is told from now on is told of this actor: of a unit of work in which several act one after the other. */
  actAs(actor: Actor): void {
    this.actor = actor;
  }

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
    return {
      seq: row.event_seq - take.events + 1,
      ticketNumber: row.ticket_no,
      slaRevision: row.sla_revision,
    };
  }

  /** A project event under a number taken before. */
  append<Type extends ProjectEventType>(draft: ProjectDraft<Type>): void {
    const { seq, projectId, audience, reporterId } = draft;
    const row = { ...this.rowOf(draft), seq, project_id: projectId, audience, reporter_id: reporterId };
    this.projectEvents.push(row);
    this.events.push({ projectId, seq, id: row.id });
    // What fills a batch need not wait for the end.
    if (this.projectEvents.length === LARGEST_BATCH) this.sendEvents();
  }

  /** Puts an event into a person's own stream. */
  notify<Type extends FeedEventType>(draft: FeedDraft<Type>): void {
    this.feedEvents.push({ ...this.rowOf(draft), user_id: draft.userId });
  }

  /** Puts a line into the audit log. Tickets have their history instead. */
  audit<Entity extends AuditEntity>(draft: AuditDraft<Entity>): void {
    this.trail.add(draft);
  }

  /** Sends the audit log's lines and the events, at the end: those of personal streams in the order of the people's ids. Their numbers are known after COMMIT. */
  flush(): void {
    const { isCarried } = this;
    this.trail.send(this.statements);
    this.sendEvents();
    for (const batch of inBatches(this.takeFeedNumbers(this.feedEvents.splice(0)))) {
      const values = batch.flatMap(({ user_id, behind, ...row }) => [
        user_id,
        behind,
        ...feedColumns.map((column) => row[column] ?? null),
      ]);
      const told = tellerOf(batch, ({ user_id, behind: _, ...row }) => this.moves('user', user_id, row));
      if (isCarried) this.statements.send(insertFeedEvents.told(batch.length), values, told);
      else this.statements.send(insertFeedEvents.untold(batch.length), values);
    }
  }

  /** Whether the wake-ups carry the events: of many it would be given up for most streams, see {@link addWake}. */
  private get isCarried(): boolean {
    return this.events.length + this.feedEvents.length <= ROWS_MAX;
  }

  private sendEvents(): void {
    const { isCarried } = this;
    for (const batch of inBatches(this.projectEvents.splice(0))) {
      const rows = batch.map((row) => projectColumns.map((column) => row[column] ?? null));
      const told = tellerOf(batch, (row) => this.moves('project', row.project_id, row));
      if (isCarried) this.statements.send(insertEvents.told(batch.length), rows.flat(), told);
      else this.statements.send(...toldOnce(insertEvents.untold, rows));
    }
  }

  /** Each with how far it is behind the last number that is its person's then. */
  private takeFeedNumbers(rows: readonly FeedEvent[]) {
    const byPerson = groupBy(rows, ({ user_id }) => user_id);
    const people = [...byPerson].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const batch of inLockOrder(people, this.dialect)) {
      const taken = batch.flatMap(([person, own]) => [person, own.length]);
      this.statements.send(takeFeedNumbers(batch.length), taken, (numbers) => {
        for (const { user_id: id, feed_seq: seq } of numbers as readonly FeedNumbers[])
          addWake(this.moved, { kind: 'user', id, seq });
      });
    }
    return people.flatMap(([, own]) => own.map((row, index) => ({ ...row, behind: own.length - 1 - index })));
  }

  private moves(kind: Wake['kind'], id: string, row: EventRow): void {
    addWake(this.moved, { kind, id, seq: row.seq, rows: [row] });
  }

  /** To be read after COMMIT. */
  get wakes(): readonly Wake[] {
    return [...this.moved.values()];
  }

  private rowOf({
    type,
    projectId,
    ticketId,
    talk,
    payload,
  }: ProjectDraft<ProjectEventType> | FeedDraft<FeedEventType>) {
    const { actor } = this;
    const by = { actor_id: personOf(actor), actor_name: actor.name, project_id: projectId, ticket_id: ticketId };
    return { id: newId(), type, ...by, ...(talk && columnsOf(talk)), payload: json(payload), at: this.at };
  }
}

/** Of most events these are empty, and wake-ups do not carry them. */
const columnsOf = ({ conversationId, messageId, membersOnly }: Talk) => ({
  conversation_id: conversationId,
  message_id: messageId,
  members_of: membersOnly ? conversationId : null,
});

/** Hands each row on as the database wrote it. */
const tellerOf =
  <Row extends { readonly id: string }>(rows: readonly Row[], tell: (row: Row & Written) => void) =>
  (answer: readonly object[]): void => {
    const written = new Map((answer as readonly Written[]).map((row) => [row.id, row]));
    for (const row of rows) {
      const known = written.get(row.id);
      if (known) tell({ ...row, ...known });
    }
  };
