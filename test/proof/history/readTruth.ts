import type { Ticket } from '../../../contract/ticket.js';
import type { Database } from '../../../server/db/database.js';
import { adHoc } from '../../../server/db/statement.js';
import { findViolations } from '../../support/invariants.js';
import { opIn } from '../storm/writer.js';
import { digestInOrder, digestOf } from './digest.js';
import type { HistoryWriter } from './historyFiles.js';
import type { LogEvent } from './lines.js';

interface Row {
  readonly stream: string;
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly ticket_id: string | null;
  readonly actor_id: string | null;
  readonly audience: LogEvent['audience'];
  readonly reporter_id: string | null;
  readonly withdrawn: boolean | number;
  readonly payload: string;
}
/** What is read of payloads, which are of many kinds. */
interface Payload {
  readonly ticket?: Ticket;
  readonly comment?: { readonly content: string };
  readonly changes?: { readonly [field: string]: { readonly after: unknown } };
  readonly handover?: { readonly reason: string | null };
  readonly reason?: string | null;
}

const projectEvents = adHoc(
  (
    d,
  ) => `SELECT 'project:' || project_id AS stream, seq, id, type, ticket_id, actor_id, audience, reporter_id, withdrawn,
    ${d.jsonText('payload')} AS payload FROM events WHERE project_id = $1 AND seq > $2 ORDER BY seq LIMIT 2000`,
);
const feedEvents = adHoc(
  (
    d,
  ) => `SELECT 'user:' || user_id AS stream, seq, id, type, ticket_id, actor_id, 'OWNER' AS audience, NULL AS reporter_id,
    ${d.name === 'postgres' ? 'false' : '0'} AS withdrawn,
    ${d.jsonText('payload')} AS payload FROM feed_events WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT 2000`,
);

/** Writes the whole event log into the history, and everything in which the database contradicts itself. */
export async function readTruth(db: Database, history: HistoryWriter): Promise<void> {
  for (const [ids, page] of [
    ['SELECT id FROM projects ORDER BY id', projectEvents],
    ['SELECT id FROM users ORDER BY id', feedEvents],
  ] as const)
    for (const { id } of await db.all<{ id: string }>(adHoc(ids), [])) await readStream(db, page, id, history);
  for (const what of await findViolations(db)) history.write('findings', { check: checkOf(what), what });
}

async function readStream(db: Database, page: typeof projectEvents, id: string, history: HistoryWriter): Promise<void> {
  for (let last = 0; ;) {
    const rows = await db.all<Row>(page, [id, last]);
    for (const row of rows) history.write('log', lineOf(row));
    const end = rows.at(-1);
    if (!end) return;
    last = end.seq;
  }
}

function lineOf(row: Row): LogEvent {
  const payload = JSON.parse(row.payload) as Payload;
  const { ticket } = payload;
  const isWhole = ticket?.version !== undefined;
  return {
    stream: row.stream,
    seq: row.seq,
    id: row.id,
    type: row.type,
    ticket: row.ticket_id,
    by: row.actor_id,
    audience: row.audience,
    reporter: row.reporter_id,
    withdrawn: Boolean(row.withdrawn),
    digest: digestInOrder(payload),
    op: opIn(textBy(row.type, payload)),
    version: isWhole ? ticket.version : null,
    assignee: isWhole ? ticket.assigneeId : null,
    holders: isWhole ? ticket.assignees.map(({ userId, isPrimary }) => ({ id: userId, primary: isPrimary })) : [],
    ticketDigest: isWhole ? digestOf(ticket) : null,
  };
}

/** The text that the caller gave, by the kind of event: later events of a ticket repeat those of earlier ones elsewhere. */
const texts: Readonly<Record<string, (payload: Payload) => unknown>> = {
  'ticket.created': ({ ticket }) => ticket?.description,
  'ticket.updated': ({ changes }) => changes?.['description']?.after,
  'ticket.assigned': ({ handover }) => handover?.reason,
  'ticket.unassigned': ({ handover }) => handover?.reason,
  'ticket.deleted': ({ changes }) => changes?.['deleteReason']?.after,
  'ticket.arrived': ({ reason }) => reason,
  'comment.created': ({ comment }) => comment?.content,
  'comment.updated': ({ changes }) => changes?.['content']?.after,
};
const textBy = (type: string, payload: Payload): unknown =>
  type.startsWith('ticket.') || type.startsWith('comment.') ? texts[type]?.(payload) : null;

/** Which promise an invariant of the database belongs to, by the words in which it is told. */
const promises: readonly (readonly [words: RegExp, check: string])[] = [
  [/point at no row/, 'ORPHAN'],
  [/assign|holds|holder|primary|workload/, 'ASSIGN'],
  [/numbered|withdrawn/, 'STREAM'],
];
const checkOf = (what: string): string => promises.find(([words]) => words.test(what))?.[1] ?? 'FOLD';

/** Every ticket of a project as a node answers it, page by page. */
export async function readServed(
  node: string,
  query: (path: string, input: object) => Promise<unknown>,
  projectId: string,
  history: HistoryWriter,
): Promise<void> {
  for (let cursor: string | null = ''; cursor !== null;) {
    const sort = { by: 'createdAt', dir: 'asc' };
    const page = (await query('tickets.list', { projectId, limit: 200, sort, ...(cursor && { cursor }) })) as Page;
    for (const ticket of page.items) history.write('served', { node, ticket: ticket.id, digest: digestOf(ticket) });
    cursor = page.nextCursor;
  }
}
interface Page {
  readonly items: readonly Ticket[];
  readonly nextCursor: string | null;
}
