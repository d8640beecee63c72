import type { Changes, Handover, LinkRef, ProjectEventPayloads } from '../../../contract/event.js';
import type { JsonValue } from '../../../contract/errors.js';
import type { SlaKind } from '../../../contract/ticketSla.js';
import type { AssignmentState, TicketStatus } from '../../../contract/ticket.js';
import { newId } from '../../kernel/ids.js';
import { personOf, type Actor } from '../../kernel/actor.js';
import { canonicalJson } from '../../kernel/canonicalJson.js';
import { presentAssignee, type Span } from '../assignments/assignments.present.js';
import { presentTicket, type TicketRow } from './tickets.present.js';

/** What plans tell; `ticket.moved` tells the project that a ticket leaves, beside its plan. */
export type TicketEventType = Exclude<Extract<keyof ProjectEventPayloads, `ticket.${string}`>, 'ticket.moved'>;

/** A ticket as its command found it, under the row lock: `spans` are the active ones, `latest` the last one begun. */
export interface TicketState {
  readonly row: TicketRow;
  readonly spans: readonly Span[];
  readonly latest: Span | null;
}

/** The end of a span of holding. */
export interface SpanEnd {
  readonly span: Span;
  readonly status: 'REMOVED' | 'COMPLETED' | 'REJECTED';
  readonly reason: string | null;
}
/** The begin of one; `replaces` makes it a handover from that span. */
export interface SpanStart {
  readonly assigneeId: string;
  readonly assigneeName: string;
  readonly type: Span['type'];
  readonly reason: string | null;
  readonly primary: boolean;
  /** The proposal that it is approved by: it is then said to be the planner's. */
  readonly proposalId?: string;
  readonly replaces?: Span;
}

export interface TicketChange {
  readonly event: TicketEventType;
  readonly patch?: Partial<TicketRow>;
  readonly ends?: readonly SpanEnd[];
  readonly start?: SpanStart;
  /** The link that is made or taken back; it makes a version of the ticket by itself. */
  readonly link?: LinkRef;
  /** The promise that it tells of. */
  readonly clock?: SlaKind;
  /** Why it is made: told with what it does, and to whom it takes the ticket from. */
  readonly reason?: string | null;
}

/** All that a change writes, but for the event's number. Made without any I/O, so that it can be tested as a table. */
export interface TicketPlan {
  readonly event: TicketEventType;
  /** Null for a ticket that is made by this plan. */
  readonly before: TicketState | null;
  /** It is opened from a conversation, and gets none of its own. */
  readonly keepsConversation?: boolean;
  readonly after: TicketState;
  readonly ended: readonly SpanEnd[];
  readonly started: { readonly span: Span; readonly replaces: Span | null } | null;
  /** Active spans that only gained or lost the primary mark. */
  readonly remarked: readonly Span[];
  readonly changes: Changes;
  readonly handover: Handover | null;
  readonly link: LinkRef | null;
  readonly clock: SlaKind | null;
  readonly reason: string | null;
  /** By how much the board columns of each project change. */
  readonly columns: ReadonlyMap<string, Readonly<Partial<Record<TicketStatus, number>>>>;
  /** Story points by which each person's workload changes. */
  readonly workload: ReadonlyMap<string, number>;
}

const isFinished = (status: TicketStatus): boolean => status === 'RESOLVED' || status === 'CLOSED';

/** What a span and the status say together. While anybody holds the ticket an active span decides, else the one begun last. */
export function assignmentStateOf(deciding: Pick<Span, 'status'> | null, status: TicketStatus): AssignmentState {
  if (!deciding || deciding.status === 'REMOVED') return 'PENDING';
  if (deciding.status === 'REJECTED') return 'REJECTED';
  if (isFinished(status)) return 'COMPLETED';
  return deciding.status === 'ACTIVE' ? 'ASSIGNED' : 'PENDING';
}

/** The change as a plan; null when it would leave everything as it is. */
export function planChange(before: TicketState, change: TicketChange, actor: Actor, at: Date): TicketPlan | null {
  const row = { ...before.row, ...change.patch };
  const stays = row.status !== 'CLOSED' && row.deletedAt === null;
  const asked = change.ends ?? [];
  const swept = stays ? [] : before.spans.filter((span) => !asked.some((end) => end.span.id === span.id));
  const sweptAs = row.deletedAt === null ? 'COMPLETED' : 'REMOVED';
  const reason = change.reason ?? null;
  const ended = [...asked, ...swept.map((span): SpanEnd => ({ span, status: sweptAs, reason }))].map((end) =>
    endSpan(end, at),
  );
  const started = change.start ? startSpan(change.start, row.id, actor, at) : null;
  const left = before.spans.filter((span) => !ended.some((end) => end.span.id === span.id));
  const spans = markPrimary(started ? [...left, started].toSorted(byBeginning) : left, started);
  const after = finish(before, row, spans, ended, at);
  const changes = diff(before.row, after.row);
  const remarked = spans.filter((span) => left.some((old) => old.id === span.id && old.isPrimary !== span.isPrimary));
  const isSame = Object.keys(changes).length === 0 && ended.length === 0 && !started && remarked.length === 0;
  if (isSame && !change.link) return null;
  const begun = started ? { span: markedSpan(spans, started), replaces: change.start?.replaces ?? null } : null;
  return {
    event: change.event,
    before,
    after,
    ended,
    started: begun,
    remarked,
    changes,
    handover: handoverOf(begun, ended[0] ?? null),
    link: change.link ?? null,
    clock: change.clock ?? null,
    reason,
    columns: columnsOf(before.row, after.row),
    workload: workloadOf(before, after),
  };
}

/** A change that makes a link or takes one back: never nothing. */
export function planLinked(
  before: TicketState,
  change: TicketChange & { readonly link: LinkRef },
  actor: Actor,
  at: Date,
): TicketPlan {
  const plan = planChange(before, change, actor, at);
  if (!plan) throw new Error('a link that changed nothing');
  return plan;
}

/** A new ticket as a plan; its number, key and seq are filled in when it is written. */
export function planCreation(
  row: TicketRow,
  start: SpanStart | null,
  actor: Actor,
  at: Date,
  link: LinkRef | null = null,
): TicketPlan {
  const stays = row.status !== 'CLOSED';
  const started = start && stays ? { ...startSpan(start, row.id, actor, at), isPrimary: true } : null;
  const spans = started ? [started] : [];
  const after = finish({ row, spans: [], latest: null }, row, spans, [], at);
  const begun = started ? { span: started, replaces: null } : null;
  return {
    event: 'ticket.created',
    before: null,
    ended: [],
    started: begun,
    remarked: [],
    changes: {},
    after: {
      ...after,
      row: {
        ...after.row,
        version: 1,
        updatedAt: row.createdAt,
      },
    },
    handover: null,
    link,
    clock: null,
    reason: null,
    columns: columnsOf(null, row),
    workload: workloadOf({ row, spans: [] }, after),
  };
}

function finish(
  before: TicketState,
  row: TicketRow,
  spans: readonly Span[],
  ended: readonly SpanEnd[],
  at: Date,
): TicketState {
  const endedLatest = ended.find((end) => end.span.id === before.latest?.id)?.span;
  const latest = spans.find((span) => !before.spans.some((old) => old.id === span.id)) ?? endedLatest ?? before.latest;
  const finished = isFinished(row.status);
  return {
    spans,
    latest,
    row: {
      ...row,
      assigneeId: spans.find((span) => span.isPrimary)?.assigneeId ?? null,
      assignmentState: assignmentStateOf(spans[0] ?? latest, row.status),
      resolvedAt: finished ? (row.resolvedAt ?? at) : null,
      completedAt: finished ? (row.completedAt ?? at) : null,
      closedAt: row.status === 'CLOSED' ? (row.closedAt ?? at) : null,
      version: row.version + 1,
      updatedAt: at,
    },
  };
}

/** Clocks of two nodes may differ: a span never ends before it began. */
const endSpan = ({ span, status, reason }: SpanEnd, at: Date): SpanEnd => ({
  status,
  reason,
  span: {
    ...span,
    status,
    isPrimary: false,
    unassignedAt: at > span.assignedAt ? at : span.assignedAt,
  },
});

const startSpan = (start: SpanStart, ticketId: string, actor: Actor, at: Date): Span => ({
  id: newId(),
  ticketId,
  assigneeId: start.assigneeId,
  assigneeName: start.assigneeName,
  assignedBy: personOf(actor),
  assignedByLabel: start.proposalId === undefined ? actor.name : 'AI',
  type: start.type,
  originalAssigneeId: start.replaces?.assigneeId ?? null,
  reason: start.reason,
  status: 'ACTIVE',
  isPrimary: start.primary,
  assignedAt: at,
  unassignedAt: null,
  proposalId: start.proposalId ?? null,
});

/** As every list has them. A command that waited for the ticket's lock may carry an earlier moment than what is there. */
const byBeginning = (a: Span, b: Span): number =>
  a.assignedAt.getTime() - b.assignedAt.getTime() || (a.id < b.id ? -1 : 1);

/** One primary among the active spans: the one just begun as such, else the one there was, else the oldest. */
function markPrimary(spans: readonly Span[], started: Span | null): Span[] {
  const claimed = started?.isPrimary ? started : spans.find((span) => span.isPrimary && span.id !== started?.id);
  const primary = claimed ?? spans[0];
  return spans.map((span) => (span.isPrimary === (span === primary) ? span : { ...span, isPrimary: span === primary }));
}
const markedSpan = (spans: readonly Span[], started: Span): Span =>
  spans.find((span) => span.id === started.id) ?? started;

function handoverOf(begun: TicketPlan['started'], end: SpanEnd | null): Handover | null {
  const previous = begun?.replaces ?? (begun ? null : (end?.span ?? null));
  const span = begun?.span ?? end?.span;
  if (!span) return null;
  return {
    assignmentId: span.id,
    previousAssignmentId: begun ? (previous?.id ?? null) : null,
    assigneeId: begun?.span.assigneeId ?? null,
    assigneeName: begun?.span.assigneeName ?? null,
    previousAssigneeId: previous?.assigneeId ?? null,
    previousAssigneeName: previous?.assigneeName ?? null,
    type: span.type,
    reason: begun ? begun.span.reason : (end?.reason ?? null),
  };
}

/** Kept by every change anyway; not worth a line of history. */
const bookkeeping = new Set(['version', 'lastSeq', 'updatedAt', 'assignees']);

function diff(before: TicketRow, after: TicketRow): Changes {
  const was: Record<string, JsonValue> = presentTicket(before, []);
  const is: Record<string, JsonValue> = presentTicket(after, []);
  const changed = Object.keys(is).filter(
    (field) =>
      was[field] !== is[field] && !bookkeeping.has(field) && canonicalJson(was[field]) !== canonicalJson(is[field]),
  );
  return Object.fromEntries(changed.map((field) => [field, { before: was[field] ?? null, after: is[field] ?? null }]));
}

function columnsOf(before: TicketRow | null, after: TicketRow): TicketPlan['columns'] {
  const columns = new Map<string, Partial<Record<TicketStatus, number>>>();
  const add = ({ projectId, status, deletedAt }: TicketRow, count: number) => {
    if (deletedAt !== null) return;
    const own = columns.get(projectId);
    columns.set(projectId, { ...own, [status]: (own?.[status] ?? 0) + count });
  };
  if (before) add(before, -1);
  add(after, 1);
  return columns;
}

/** The ticket as it was in the project that the plan takes it out of; null when it stays where it is. */
export const leftBehind = ({ before, after }: TicketPlan): TicketRow | null =>
  before && before.row.projectId !== after.row.projectId ? before.row : null;

function workloadOf(before: Pick<TicketState, 'row' | 'spans'>, after: TicketState): ReadonlyMap<string, number> {
  const points = new Map<string, number>();
  const add = ({ row, spans }: Pick<TicketState, 'row' | 'spans'>, sign: number) => {
    if (isFinished(row.status) || row.deletedAt !== null || !row.storyPoints) return;
    for (const { assigneeId } of spans) points.set(assigneeId, (points.get(assigneeId) ?? 0) + sign * row.storyPoints);
  };
  add(before, -1);
  add(after, 1);
  return new Map([...points].filter(([, change]) => change !== 0));
}

export const assigneesOf = (spans: readonly Span[]) => spans.map(presentAssignee);
