import type { Changes } from '../../contract/event.js';
import type { JsonValue } from '../../contract/errors.js';
import type { DialectName } from '../../server/db/dialect.js';
import { projectWord, searchLine, searchVector, spelledWords } from '../../server/db/searchText.js';
import { presentAssignee, type Span } from '../../server/features/assignments/assignments.present.js';
import { presentTicket, type TicketRow } from '../../server/features/tickets/tickets.present.js';
import type { Actor } from '../../server/kernel/actor.js';
import type { BulkTicket, TicketNumbers } from './bulkTicket.js';
import type { Cell } from './copyIn.js';
import { RowSet } from './rowSets.js';

/** Parents first. */
const columns = {
  conversations: 'id kind project_id created_at updated_at',
  tickets: [
    'id project_id number key type title description status priority category department_id conversation_id',
    'reporter_id created_by assignee_id parent_id story_points required_skill_id estimated_hours due_date waiting_on',
    'assignment_state ai_assisted resolved_at completed_at closed_at custom_fields version last_seq created_at updated_at',
  ].join(' '),
  assignments:
    'id ticket_id assignee_id assigned_by assigned_by_label type status is_primary assigned_at unassigned_at created_at updated_at',
  events: 'project_id seq id type actor_id actor_name ticket_id audience reporter_id payload at',
  ticket_history:
    'id ticket_id project_id version seq action field old_value new_value changed_by created_at updated_at',
  assignment_history: [
    'id assignment_id ticket_id project_id previous_developer previous_developer_id new_developer new_developer_id',
    'action changed_by changed_at seq created_at updated_at',
  ].join(' '),
};
const searchColumns = {
  postgres: { ticket_search: 'ticket_id project_id tsv' },
  sqlite: { ticket_search: 'doc ticket_id project_id words', ticket_search_fts: 'rowid project title body' },
};

/** A ticket at one moment, and who holds it then. */
interface State {
  readonly row: TicketRow;
  readonly span: Span | null;
}

/** The rows of many tickets, table by table: what the commands would have written one by one. */
export class BulkRows {
  private readonly tables: ReadonlyMap<string, RowSet>;

  /** `nextDoc`: SQLite's number of the first ticket in the full-text index. */
  constructor(
    private readonly dialect: DialectName,
    private nextDoc = 0,
  ) {
    const all = Object.entries<string>({ ...columns, ...searchColumns[dialect] });
    this.tables = new Map(all.map(([table, names]) => [table, new RowSet(dialect, table, names.split(' '))]));
  }

  get sets(): Iterable<RowSet> {
    return this.tables.values();
  }

  private put(table: keyof typeof columns | keyof (typeof searchColumns)['sqlite'], cells: readonly Cell[]): void {
    this.tables.get(table)?.add(cells);
  }

  add({ row, span, creator, finished, nextId }: BulkTicket, { number, seq }: TicketNumbers): void {
    const key = `${row.key}-${number}`;
    const first: TicketRow = { ...row, number, key, lastSeq: seq };
    const born: State = { row: first, span };
    this.addEvent(born, null, {}, creator, nextId);
    const last: TicketRow = finished ? { ...finished.row, number, key, lastSeq: seq + 1 } : first;
    const ended = finished?.ended ?? null;
    if (finished) this.addEvent({ row: last, span: ended ? null : span }, born, finished.changes, finished.by, nextId);
    this.addTicket(last);
    if (!span) return;
    this.addSpan(ended ?? span, ended ? last : first);
    this.addHand(first, { start: span }, creator, nextId);
    if (finished && ended) this.addHand(last, { end: ended }, finished.by, nextId);
  }

  private addTicket(row: TicketRow): void {
    const [created, updated] = [momentText(row.createdAt), momentText(row.updatedAt)];
    this.put('conversations', [row.conversationId, 'TICKET', row.projectId, created, created]);
    this.put('tickets', [
      row.id,
      row.projectId,
      row.number,
      row.key,
      row.type,
      row.title,
      row.description,
      row.status,
      row.priority,
      row.category,
      row.departmentId,
      row.conversationId,
      row.reporterId,
      row.createdBy,
      row.assigneeId,
      row.parentId,
      row.storyPoints,
      row.requiredSkillId,
      row.estimatedHours,
      row.dueDate,
      row.waitingOn,
      row.assignmentState,
      row.aiAssisted,
      momentOrNull(row.resolvedAt),
      momentOrNull(row.completedAt),
      momentOrNull(row.closedAt),
      JSON.stringify(row.customFields),
      row.version,
      row.lastSeq,
      created,
      updated,
    ]);
    if (this.dialect === 'postgres') {
      this.put('ticket_search', [row.id, row.projectId, searchVector(row.title, row.description)]);
      return;
    }
    const doc = this.nextDoc++;
    const [title, body] = [searchLine(row.title), searchLine(row.description)];
    this.put('ticket_search', [doc, row.id, row.projectId, spelledWords(title, body)]);
    this.put('ticket_search_fts', [doc, projectWord(row.projectId), title, body]);
  }

  private addSpan(span: Span, { updatedAt }: TicketRow): void {
    const [begun, ended] = [momentText(span.assignedAt), momentOrNull(span.unassignedAt)];
    this.put('assignments', [
      span.id,
      span.ticketId,
      span.assigneeId,
      span.assignedBy,
      span.assignedByLabel,
      span.type,
      span.status,
      span.isPrimary,
      begun,
      ended,
      begun,
      ended === null ? begun : momentText(updatedAt),
    ]);
  }

  private addEvent(
    { row, span }: State,
    before: State | null,
    changes: Changes,
    actor: Actor,
    nextId: BulkTicket['nextId'],
  ): void {
    // Written twice, with and without those who hold it: one text serves both.
    const open = JSON.stringify(presentTicket(row, [])).slice(0, -NOBODY.length);
    const assignees = assigneesText(span);
    const verb = before ? 'updated' : 'created';
    const past = before ? `,"previous":${previousText(before)}` : '';
    const [at, ms] = [momentText(row.updatedAt), row.updatedAt.getTime()];
    this.put('events', [
      row.projectId,
      row.lastSeq,
      nextId(ms),
      `ticket.${verb}`,
      actor.userId,
      actor.name,
      row.id,
      'REPORTER',
      row.reporterId,
      `{"ticket":${open},"assignees":${assignees}},"changes":${JSON.stringify(changes)}${past}}`,
      at,
    ]);
    const line = (field: string | null, was: JsonValue, is: JsonValue): Cell[] => [
      nextId(ms),
      row.id,
      row.projectId,
      row.version,
      row.lastSeq,
      verb.toUpperCase(),
      field,
      asText(was),
      asText(is),
      actor.userId,
      at,
      at,
    ];
    if (verb === 'created') this.put('ticket_history', line(null, null, `${open.replace(NO_CLOCKS, '')}}`));
    for (const [field, change] of Object.entries(changes))
      this.put('ticket_history', line(field, change.before, change.after));
  }

  private addHand(
    row: TicketRow,
    { start, end }: { start?: Span; end?: Span },
    actor: Actor,
    nextId: BulkTicket['nextId'],
  ): void {
    const at = momentText(row.updatedAt);
    this.put('assignment_history', [
      nextId(row.updatedAt.getTime()),
      (start ?? end)?.id ?? null,
      row.id,
      row.projectId,
      end?.assigneeName ?? null,
      end?.assigneeId ?? null,
      start?.assigneeName ?? null,
      start?.assigneeId ?? null,
      start ? 'CREATED' : (end?.status ?? null),
      actor.userId,
      at,
      row.lastSeq,
      at,
      at,
    ]);
  }
}

/** History does not tell of clocks, which follow from it. */
const NO_CLOCKS = '"sla":null,';
const assigneesText = (span: Span | null): string => JSON.stringify(span ? [presentAssignee(span)] : []);

/** What an event tells of the ticket before it beside the changed fields. */
const previousText = ({ row, span }: State): string =>
  `{"version":${row.version},"lastSeq":${row.lastSeq},"updatedAt":"${row.updatedAt.toISOString()}","assignees":${assigneesText(span)}}`;

const asText = (value: JsonValue): string | null =>
  value === null || typeof value === 'string' ? value : JSON.stringify(value);

/** What a ticket's JSON ends with that nobody holds. */
const NOBODY = ',"assignees":[]}';

/** The form that SQLite keeps and PostgreSQL reads. A ticket's rows share two moments, so the last one is remembered. */
function momentText(moment: Date): string {
  const ms = moment.getTime();
  if (ms !== lastMoment.ms) {
    const iso = moment.toISOString();
    lastMoment = { ms, text: `${iso.slice(0, 10)} ${iso.slice(11, 23)} +00:00` };
  }
  return lastMoment.text;
}
let lastMoment = { ms: Number.NaN, text: '' };
const momentOrNull = (moment: Date | null): string | null => (moment === null ? null : momentText(moment));
