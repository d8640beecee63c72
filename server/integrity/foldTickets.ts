import type { Changes, TicketBefore } from '../../contract/event.js';
import type { Assignee, Ticket as Presented } from '../../contract/ticket.js';
import { decodeRow } from '../db/decodeRow.js';
import { Event } from '../db/models/Event.js';
import { Ticket } from '../db/models/Ticket.js';
import { TicketHistory } from '../db/models/TicketHistory.js';
import { adHoc, statement } from '../db/statement.js';
import { presentTicket } from '../features/tickets/tickets.present.js';
import type { Place, Tell, Walk } from './check.js';
import { EventFold } from './eventFold.js';
import { HistoryFold } from './historyFold.js';
import { pagesOf, rowsOf } from './pages.js';
import { ticketWords } from './searchWords.js';

const PAGE = 250;
/** Of events and lines of history: each may be large. */
const LINES = 500;

const eventsSql = ({ dialect }: Place) => {
  const version = `CAST(${dialect.jsonField('payload', 'ticket', 'version')} AS integer)`;
  return (isFirst: boolean) => `SELECT * FROM (SELECT e.*, ${version} AS version FROM events e
    WHERE ${dialect.anyOf('ticket_id', '$1')} AND type LIKE 'ticket.%' AND type <> 'ticket.moved') v
    ${isFirst ? '' : 'WHERE (ticket_id, version, id) > ($2, $3, $4)'} ORDER BY ticket_id, version, id LIMIT ${LINES}`;
};
const historySql =
  ({ dialect }: Place) =>
  (isFirst: boolean) => `SELECT * FROM ticket_history WHERE ${dialect.anyOf('ticket_id', '$1')}
    ${isFirst ? '' : 'AND (ticket_id, version, id) > ($2, $3, $4)'} ORDER BY ticket_id, version, id LIMIT ${LINES}`;

interface Line {
  readonly ticket_id: string;
  readonly version: number;
  readonly id: string;
}
const keyOfLine = ({ ticket_id, version, id }: Line) => [ticket_id, version, id];

/** Events and history of each ticket against its row, page by page. Tickets that no event ever changed have no past to fold. */
export const ticketFolds: Walk = {
  checks: [
    {
      name: 'tickets.events',
      says: 'folding the events of a ticket gives its row',
      advice:
        'Change the ticket (tickets.update): the event of that tells of the whole row again, and clients reload it.',
    },
    {
      name: 'tickets.history',
      says: 'folding the history of a ticket gives its row',
      advice:
        'What was lost of the history is in backups only; restore one, or live with a history that does not lead on.',
    },
    {
      name: 'tickets.links',
      says: 'the history of a ticket tells of the links there are',
      advice: 'Unlink and link the tickets again (tickets.unlink, tickets.link): both write the history.',
    },
    {
      name: 'tickets.tags',
      says: 'the tags in the row of a ticket are those that it is found by',
      advice: 'Take the tag off and put it on again (tickets.untag, tickets.tag).',
    },
    ...ticketWords.checks,
  ],
  async walk(place, tell) {
    const kept = await oldestKept(place);
    for await (const page of pagesOf(place.all, 'tickets', PAGE)) {
      await foldPage(place, page, kept, tell);
      await tagsOfPage(place, page, tell);
      await ticketWords.compare(place, page.map(wordsOf), tell);
    }
  },
};

const wordsOf = (raw: object) => {
  const { id, title, description } = decodeRow(Ticket, raw);
  return { id, title, text: description };
};

async function oldestKept({ all }: Place): Promise<Map<string, number>> {
  const sql = 'SELECT project_id, event_min_seq FROM project_counters';
  const rows = await all<{ project_id: string; event_min_seq: number }>(adHoc(sql), []);
  return new Map(rows.map((row) => [row.project_id, row.event_min_seq]));
}

const assigneesOfTickets = statement(
  'integrity.assignees',
  (
    d,
  ) => `SELECT a.ticket_id, a.id, a.assignee_id, a.is_primary, u.name FROM assignments a JOIN users u ON u.id = a.assignee_id
   WHERE ${d.anyOf('a.ticket_id', '$1')} AND a.status = 'ACTIVE' ORDER BY a.assigned_at, a.id`,
);
interface AssigneeRow {
  readonly ticket_id: string;
  readonly id: string;
  readonly assignee_id: string;
  readonly is_primary: boolean | number;
  readonly name: string;
}

/** Who works on each, whatever the tickets' own rows say of it. */
async function assigneesOf({ all }: Place, ids: readonly string[]): Promise<Map<string, Assignee[]>> {
  const found = new Map<string, Assignee[]>(ids.map((id) => [id, []]));
  for (const { ticket_id, id, assignee_id, is_primary, name } of await all<AssigneeRow>(assigneesOfTickets, [ids]))
    found.get(ticket_id)?.push({ assignmentId: id, userId: assignee_id, name, isPrimary: Boolean(is_primary) });
  return found;
}

async function foldPage(place: Place, page: readonly { id: string }[], kept: Map<string, number>, tell: Tell) {
  const ids = page.map(({ id }) => id);
  const assignees = await assigneesOf(place, ids);
  const folds = new Map(
    page.map((raw) => {
      const ticket = presentTicket(decodeRow(Ticket, raw), assignees.get(raw.id) ?? []);
      return [raw.id, { ticket, history: new HistoryFold(ticket), events: new EventFold(ticket) }];
    }),
  );
  const whole = new Map(ids.map((id) => [id, true]));
  for await (const raw of rowsOf<Line>(place.all, historySql(place), [ids], LINES, keyOfLine)) {
    const line = decodeRow(TicketHistory, raw);
    if ((kept.get(line.projectId) ?? 1) !== 1) whole.set(line.ticketId, false);
    folds.get(line.ticketId)?.history.add(line);
  }
  for await (const raw of rowsOf<Line>(place.all, eventsSql(place), [ids], LINES, keyOfLine)) {
    const { ticketId, seq, payload } = decodeRow(Event, raw);
    const told = payload as { ticket: Presented; changes: Changes; previous?: TicketBefore };
    folds.get(ticketId ?? '')?.events.add(seq, told, whole.get(ticketId ?? '') ?? false);
  }
  const links = await linksOf(place, ids);
  for (const [id, { ticket, history, events }] of folds) {
    const say = (check: string) => (what: string) => tell(check, `${ticket.key}: ${what}`);
    if (history.tellsOfOtherLinks(links.get(id) ?? []))
      say('tickets.links')('its history tells of other links than there are');
    if (ticket.lastSeq === 0) continue;
    events.end(whole.get(id) ?? false).forEach(say('tickets.events'));
    history.end().forEach(say('tickets.history'));
  }
}

async function linksOf({ all, dialect }: Place, ids: readonly string[]): Promise<Map<string, string[]>> {
  type Row = { readonly id: string; readonly from_id: string; readonly to_id: string };
  const sql = `SELECT id, from_id, to_id FROM ticket_links
    WHERE ${dialect.anyOf('from_id', '$1')} OR ${dialect.anyOf('to_id', '$1')}`;
  const found = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { id, from_id, to_id } of await all<Row>(adHoc(sql), [ids])) {
    found.get(from_id)?.push(id);
    found.get(to_id)?.push(id);
  }
  return found;
}

/** The tags of each row against those that it is found by. */
async function tagsOfPage({ all, dialect }: Place, page: readonly { id: string }[], tell: Tell): Promise<void> {
  const sql = `SELECT x.ticket_id, g.name FROM ticket_tags x JOIN tags g ON g.id = x.tag_id
    WHERE ${dialect.anyOf('x.ticket_id', '$1')}`;
  const found = new Map<string, string[]>();
  const rows = await all<{ ticket_id: string; name: string }>(adHoc(sql), [page.map(({ id }) => id)]);
  for (const { ticket_id, name } of rows) found.set(ticket_id, [...(found.get(ticket_id) ?? []), name]);
  for (const raw of page) {
    const { id, key, tags } = decodeRow(Ticket, raw);
    if (JSON.stringify(tags) !== JSON.stringify((found.get(id) ?? []).toSorted()))
      tell('tickets.tags', `${key}: it is found by other tags than its row tells of`);
  }
}
