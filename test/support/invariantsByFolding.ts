import type { Changes, TicketBefore } from '../../contract/event.js';
import type { Ticket as Presented } from '../../contract/ticket.js';
import type { Database } from '../../server/db/database.js';
import { decodeRow } from '../../server/db/decodeRow.js';
import { Comment } from '../../server/db/models/Comment.js';
import { Event } from '../../server/db/models/Event.js';
import { Ticket } from '../../server/db/models/Ticket.js';
import { TicketHistory } from '../../server/db/models/TicketHistory.js';
import { searchVector } from '../../server/db/searchText.js';
import { adHoc } from '../../server/db/statement.js';
import { presentComment } from '../../server/features/comments/comments.queries.js';
import { LINKS, presentTicket } from '../../server/features/tickets/tickets.present.js';
import { assigneesOf } from '../../server/features/tickets/tickets.queries.js';
import { canonicalJson } from '../../server/kernel/canonicalJson.js';

const PAGE = 500;
type Fields = Readonly<Record<string, unknown>>;

async function* pagesOf(db: Database, table: string): AsyncGenerator<{ id: string }[]> {
  for (let last = ''; ;) {
    const sql = `SELECT * FROM ${table} WHERE id > $1 ORDER BY id LIMIT ${PAGE}`;
    const page = await db.all<{ id: string }>(adHoc(sql), [last]);
    if (page.length > 0) yield page;
    const end = page.at(-1);
    if (!end || page.length < PAGE) return;
    last = end.id;
  }
}

async function groupedRows<Row>(
  db: Database,
  sql: string,
  ids: readonly string[],
  decode: (raw: object) => Row,
  keyOf: (row: Row) => string | null,
): Promise<Map<string, Row[]>> {
  const groups = new Map<string, Row[]>(ids.map((id) => [id, []]));
  const rows = await db.all(
    adHoc((d) => sql.replace('?', d.anyOf('ticket_id', '$1'))),
    [ids],
  );
  for (const raw of rows) {
    const row = decode(raw);
    groups.get(keyOf(row) ?? '')?.push(row);
  }
  return groups;
}

/** Events, history and search row of each ticket against its row. Tickets that no event ever changed have no past to fold. */
export async function ticketViolations(db: Database): Promise<string[]> {
  const violations: string[] = [];
  const kept = new Map(
    (await db.all<{ project_id: string; event_min_seq: number }>(adHoc('SELECT * FROM project_counters'), [])).map(
      (row) => [row.project_id, row.event_min_seq],
    ),
  );
  for await (const page of pagesOf(db, 'tickets')) {
    const ids = page.map(({ id }) => id);
    const eventsSql = "SELECT * FROM events WHERE ? AND type LIKE 'ticket.%' AND type <> 'ticket.moved' ORDER BY seq";
    const historySql = 'SELECT * FROM ticket_history WHERE ? ORDER BY version, id';
    const [events, history, assignees] = [
      await groupedRows(
        db,
        eventsSql,
        ids,
        (raw) => decodeRow(Event, raw),
        ({ ticketId }) => ticketId,
      ),
      await groupedRows(
        db,
        historySql,
        ids,
        (raw) => decodeRow(TicketHistory, raw),
        ({ ticketId }) => ticketId,
      ),
      await assigneesOf(db, ids),
    ];
    for (const raw of page) {
      const ticket = presentTicket(decodeRow(Ticket, raw), assignees.get(raw.id) ?? []);
      if (ticket.lastSeq === 0) continue;
      const lines = history.get(raw.id) ?? [];
      const whole = lines.every(({ projectId }) => (kept.get(projectId) ?? 1) === 1);
      const found = [...foldEvents(ticket, events.get(raw.id) ?? [], whole), ...foldHistory(ticket, lines)];
      violations.push(...found.map((said) => `${ticket.key}: ${said}`));
    }
    violations.push(
      ...(await tagViolations(db, page)),
      ...(await linkViolations(db, page, history)),
      ...(await searchViolations(db, 'ticket', page.map(wordsOfTicket))),
    );
  }
  return violations;
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);
/** People may have been renamed since. */
const nameless = (ticket: Presented) => ({
  ...ticket,
  assignees: ticket.assignees.map((one) => ({ ...one, name: '' })),
});
const bookkeeping = new Set(['version', 'lastSeq', 'updatedAt', 'assignees']);

const namelessBefore = (previous: TicketBefore) => ({
  ...previous,
  assignees: previous.assignees.map((one) => ({ ...one, name: '' })),
});
interface Payload {
  readonly ticket: Presented;
  readonly changes: Changes;
  readonly previous?: TicketBefore;
}

interface Told {
  readonly seq: number;
  readonly payload: unknown;
}
/** The numbers of a project order its events; only versions go on from one project to the next. */
const byVersion = (a: Told, b: Told): number => versionIn(a) - versionIn(b);
const versionIn = ({ payload }: Told): number => (payload as { ticket: Presented }).ticket.version;

function foldEvents(ticket: Presented, events: readonly Told[], whole: boolean): string[] {
  const said: string[] = [];
  let last: Presented | null = null;
  for (const { seq, payload } of events.toSorted(byVersion)) {
    const { ticket: after, changes, previous } = payload as Payload;
    if (after.lastSeq !== seq) said.push(`event ${seq} carries the ticket of event ${after.lastSeq}`);
    if (last || whole) {
      const expected: number = (last?.version ?? 0) + 1;
      if (after.version !== expected) said.push(`event ${seq} has version ${after.version} instead of ${expected}`);
    }
    if (last) said.push(...brokenLinks(seq, last, after, changes));
    if (last?.projectId === after.projectId && last.lastSeq >= seq) said.push(`event ${seq} is out of order`);
    if (last && previous && !same({ ...nameless(last), ...namelessBefore(previous) }, nameless(last)))
      said.push(`event ${seq} tells of another ticket before it than the event before`);
    last = after;
  }
  if (last && !same(nameless(last), nameless(ticket))) said.push(`its last event tells of another ticket than its row`);
  if (!last && whole) said.push('no event tells of it');
  return said;
}

function brokenLinks(seq: number, before: Fields, after: Fields, changes: Changes): string[] {
  return Object.keys(after)
    .filter((field) => !bookkeeping.has(field))
    .flatMap((field) => {
      const change = changes[field];
      const told = change ? same(change.before, before[field]) && same(change.after, after[field]) : null;
      const untold = change ? false : !same(before[field], after[field]);
      return told === false || untold ? [`event ${seq} does not lead from the one before in ${field}`] : [];
    });
}

interface Line {
  readonly version: number;
  readonly field: string | null;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

const asText = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : canonicalJson(value);
/** A line of all custom fields at once, as they were written first, as one of each. */
function* linesOf(line: Line, state: ReadonlyMap<string, string | null>): Generator<Line> {
  if (line.field !== 'customFields') return yield line;
  const [was, is] = [line.oldValue, line.newValue].map((text) => JSON.parse(text ?? '{}') as Fields);
  const keys = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
  for (const field of [...keys].map((key) => `customFields.${key}`)) {
    const valueIn = (fields: Fields = {}) => asText(fields[field.slice('customFields.'.length)]);
    if (state.get(field) !== valueIn(is) || valueIn(was) !== valueIn(is))
      yield { ...line, field, oldValue: valueIn(was), newValue: valueIn(is) };
  }
}

/** Each field as text, those that are a project's own apart. */
const textsOf = (ticket: Fields): Map<string, string | null> =>
  new Map(
    Object.entries(ticket).flatMap(([field, value]) =>
      field === 'customFields'
        ? Object.entries(value as Fields).map(([key, own]): [string, string | null] => [`${field}.${key}`, asText(own)])
        : [[field, asText(value)] as [string, string | null]],
    ),
  );

function foldHistory(ticket: Presented, lines: readonly Line[]): string[] {
  const [first, ...rest] = lines;
  if (!first || first.field !== null || first.newValue === null) return ['its history does not begin with its making'];
  const said: string[] = [];
  const folded: Record<string, unknown> = JSON.parse(first.newValue);
  const state = textsOf(folded);
  for (const written of rest) {
    if (written.field === LINKS) continue;
    for (const { version, field, oldValue, newValue } of linesOf(written, state)) {
      if (version > ticket.version || field === null) said.push(`a line of history is of version ${version}`);
      if (field === null) continue;
      if ((state.get(field) ?? null) !== oldValue)
        said.push(`its history does not lead on in ${field} at version ${version}`);
      state.set(field, newValue);
    }
  }
  const now = textsOf(ticket);
  for (const field of new Set([...state.keys(), ...now.keys()]))
    if (!bookkeeping.has(field) && (state.get(field) ?? null) !== (now.get(field) ?? null))
      said.push(`its history ends in another ${field} than its row`);
  return said;
}

/** The links of each ticket against those that its history tells of. */
async function linkViolations(
  db: Database,
  page: readonly { readonly id: string }[],
  history: ReadonlyMap<string, readonly Line[]>,
): Promise<string[]> {
  type Row = { readonly id: string; readonly from_id: string; readonly to_id: string };
  const ids = page.map(({ id }) => id);
  const sql = adHoc((d) => `SELECT * FROM ticket_links WHERE ${d.anyOf('from_id', '$1')} OR ${d.anyOf('to_id', '$1')}`);
  const links = await db.all<Row>(sql, [ids]);
  return page.flatMap((raw) => {
    const { id: ticketId, key } = decodeRow(Ticket, raw);
    const there = links.filter(({ from_id, to_id }) => from_id === ticketId || to_id === ticketId).map(({ id }) => id);
    const told = new Set<string>();
    for (const { field, oldValue, newValue } of history.get(ticketId) ?? []) {
      if (field !== LINKS) continue;
      const { id } = JSON.parse(newValue ?? oldValue ?? '') as { id: string };
      if (newValue === null) told.delete(id);
      else told.add(id);
    }
    return same([...told].toSorted(), there.toSorted())
      ? []
      : [`${key}: its history tells of other links than there are`];
  });
}

/** The tags of each row against those that it is found by. */
async function tagViolations(db: Database, page: readonly { readonly id: string }[]): Promise<string[]> {
  const sql = 'SELECT x.ticket_id, g.name FROM ticket_tags x JOIN tags g ON g.id = x.tag_id WHERE ?';
  const ids = page.map(({ id }) => id);
  type Row = { readonly ticket_id: string; readonly name: string };
  const found = await groupedRows(
    db,
    sql,
    ids,
    (raw) => raw as Row,
    ({ ticket_id }) => ticket_id,
  );
  return page.flatMap((raw) => {
    const { id, key, tags } = decodeRow(Ticket, raw);
    const names = (found.get(id) ?? []).map(({ name }) => name).toSorted();
    return same(tags, names) ? [] : [`${key}: it is found by other tags than its row tells of`];
  });
}

function wordsOfTicket(raw: object): Searched {
  const { id, title, description } = decodeRow(Ticket, raw);
  return { id, title, text: description };
}

interface Searched {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Those of a page whose words in PostgreSQL's index are not theirs. */
async function searchViolations(
  db: Database,
  noun: 'ticket' | 'comment',
  page: readonly Searched[],
): Promise<string[]> {
  if (db.dialect.name !== 'postgres') return [];
  const sql = `SELECT e.id FROM ${noun}_search s JOIN unnest($1::text[], $2::text[]) AS e (id, vector)
    ON e.id = s.${noun}_id WHERE s.tsv <> e.vector::tsvector`;
  const values = [page.map(({ id }) => id), page.map(({ title, text }) => searchVector(title, text))];
  const rows = await db.all<{ id: string }>(adHoc(sql), values);
  return rows.map(({ id }) => `${id}: the search index holds other words than the ${noun}`);
}

/** The last event of each comment against its row. */
export async function commentViolations(db: Database): Promise<string[]> {
  const violations: string[] = [];
  for await (const page of pagesOf(db, 'comments')) {
    const comments = page.map((raw) => presentComment({ ...decodeRow(Comment, raw), userName: '' }));
    const texts = comments.filter(({ deletedAt }) => deletedAt === null);
    violations.push(
      ...(await searchViolations(
        db,
        'comment',
        texts.map(({ id, content }) => ({ id, title: '', text: content })),
      )),
    );
    const ids = [...new Set(comments.map(({ ticketId }) => ticketId))];
    const sql = "SELECT * FROM events WHERE ? AND type LIKE 'comment.%' ORDER BY seq";
    const events = await groupedRows(
      db,
      sql,
      ids,
      (raw) => decodeRow(Event, raw),
      ({ ticketId }) => ticketId,
    );
    for (const comment of comments) {
      const told = (events.get(comment.ticketId) ?? [])
        .map(({ audience, payload }) => ({ audience, comment: (payload as { comment: typeof comment }).comment }))
        .filter((event) => event.comment.id === comment.id)
        .toSorted((a, b) => a.comment.version - b.comment.version);
      const last = told.at(-1)?.comment;
      const isShown = comment.visibility === 'PUBLIC' && comment.deletedAt === null;
      const words = told.filter((event) => event.comment.visibility === 'PUBLIC' && event.comment.content !== '');
      if (!isShown && words.some(({ audience }) => audience !== 'TEAM'))
        violations.push(`${comment.id}: customers can replay words of it that they may not see`);
      if (last && !same({ ...last, userName: '' }, comment))
        violations.push(`${comment.id}: its last event tells of another comment than its row`);
    }
  }
  return violations;
}
