import { basename } from 'node:path';
import { tagKey } from '../../../../contract/tagKey.js';
import { decodeRow } from '../../../db/decodeRow.js';
import { Ticket } from '../../../db/models/Ticket.js';
import { statement } from '../../../db/statement.js';
import type { ComparisonReport, RowFields, RowPair } from '../../../features/validations/compare/comparison.js';
import { recordComparison } from '../../../features/validations/compare/recordComparison.js';
import { Tally } from '../../../features/validations/compare/tally.js';
import type { TicketImport } from './applyTicket.js';
import { importedTickets } from './knownTickets.js';
import { draftOf } from '../../../trackers/draft.js';
import type { ImportedTicket } from '../../../trackers/importedTicket.js';

const findTargets = statement(
  'import.trackerTargets',
  (d) => `SELECT t.external_id AS called, t.* FROM ${importedTickets(d)}`,
);
const findHolders = statement(
  'import.trackerHolders',
  (d) =>
    `SELECT a.ticket_id, a.assignee_id FROM assignments a WHERE a.status = 'ACTIVE' AND ${d.anyOf('a.ticket_id', '$1')}`,
);
const countTargets = statement(
  'import.trackerCounts',
  (d) => `SELECT t.status, t.priority, count(*) AS n FROM ${importedTickets(d)}
   GROUP BY t.status, t.priority`,
);

/** What a file holds, as it is compared: tickets, and what is none but should have been one. */
export interface ReadPage {
  readonly tickets: readonly ImportedTicket[];
  readonly misfits: readonly { readonly line: number; readonly reason: string }[];
}

/**
 * Compares the tickets of an export with those that are there now, by what has a place of its own here.
 * @throws what `recordComparison` throws.
 */
export function validateTracker(
  context: TicketImport,
  file: string,
  pages: AsyncIterable<ReadPage>,
  total: number,
): Promise<ComparisonReport> {
  const { deps, actor, projectId, source, title } = context;
  const tally = new Tally(['how many tickets', 'by status', 'by priority']);
  return recordComparison(deps, actor, {
    name: `import ${basename(file)}`,
    sourceTechnology: title,
    targetTechnology: 'Baton',
    projectId,
    request: { file: basename(file), source },
    tables: [{ name: source, pairs: pairsOf(context, pages, tally), total }],
    scenarios: tally.scenarios(),
  });
}

async function* pairsOf(
  context: TicketImport,
  pages: AsyncIterable<ReadPage>,
  tally: Tally,
): AsyncGenerator<RowPair[]> {
  for await (const { tickets, misfits } of pages)
    yield [
      ...(await compared(context, tickets, tally)),
      ...misfits.map(({ line, reason }) => ({ key: `line ${line}`, source: { line, reason }, target: null })),
    ];
}

async function compared(context: TicketImport, page: readonly ImportedTicket[], tally: Tally): Promise<RowPair[]> {
  const { deps, source, projectId } = context;
  const { all } = deps.db;
  const asked = [source, page.map(({ externalId }) => externalId), projectId];
  const rows = await all<{ called: string }>(findTargets, asked);
  const targets = new Map(rows.map(({ called, ...columns }) => [called, decodeRow(Ticket, columns)]));
  const held = await all<{ ticket_id: string; assignee_id: string }>(findHolders, [
    [...targets.values()].map(({ id }) => id),
  ]);
  for (const { status, priority, n } of await all<{ status: string; priority: string; n: number | string }>(
    countTargets,
    asked,
  ))
    count(tally, { status, priority }, [0, Number(n)]);
  const pairs: RowPair[] = [];
  for (const ticket of page) {
    count(tally, ticket, [1, 0]);
    const said = saidOf(ticket);
    const row = targets.get(ticket.externalId);
    if (!row) {
      pairs.push({ key: ticket.externalId, source: said, target: null });
      continue;
    }
    const known = row as unknown as RowFields;
    const there = Object.fromEntries(Object.keys(said).map((name) => [name, known[name] ?? null]));
    const holders = await holdersOf(context, ticket);
    // Nobody holds what is closed; who held it last is in its history.
    const isHeld = ticket.status !== 'CLOSED';
    const has = held.filter(({ ticket_id }) => ticket_id === row.id).map(({ assignee_id }) => assignee_id);
    pairs.push({
      key: ticket.externalId,
      source: { ...said, ...(isHeld && { assignees: holders.map(({ name }) => name).toSorted() }) },
      target: { ...there, tags: keysOf(row.tags), ...(isHeld && { assignees: namesOf(holders, has) }) },
    });
  }
  return pairs;
}

function count(
  tally: Tally,
  { status, priority }: { readonly status: string; readonly priority: string },
  [source, target]: readonly [number, number],
): void {
  tally.add('how many tickets', source, target);
  tally.addTo('by status', status, source, target);
  tally.addTo('by priority', priority, source, target);
}

const keysOf = (tags: readonly string[]): string[] => tags.map(tagKey).toSorted();

function saidOf(ticket: ImportedTicket): RowFields {
  const { title, description, tags } = draftOf(ticket);
  const { type, status, priority, category, storyPoints, estimatedHours, dueDate, waitingOn } = ticket;
  const fields = { type, status, priority, category, storyPoints, estimatedHours, dueDate, waitingOn };
  return { title, description, ...fields, tags: keysOf(tags) };
}

interface Holder {
  readonly userId: string;
  readonly name: string;
}
async function holdersOf({ personOf }: TicketImport, { assignees }: ImportedTicket): Promise<Holder[]> {
  const found = new Map<string, Holder>();
  for (const ref of assignees) {
    const person = await personOf(ref).catch(() => null);
    if (person?.canHold) found.set(person.userId, person);
  }
  return [...found.values()];
}

/** Somebody whom the record does not name stands there by their id. */
const namesOf = (holders: readonly Holder[], userIds: readonly string[]): string[] =>
  userIds.map((id) => holders.find(({ userId }) => userId === id)?.name ?? id).toSorted();
