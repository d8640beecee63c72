import { basename } from 'node:path';
import { decodeRow } from '../../db/decodeRow.js';
import type { Dialect } from '../../db/dialect.js';
import { Ticket } from '../../db/models/Ticket.js';
import { statement } from '../../db/statement.js';
import type { ComparisonReport, RowFields, RowPair } from '../../features/validations/compare/comparison.js';
import { recordComparison } from '../../features/validations/compare/recordComparison.js';
import { Tally } from '../../features/validations/compare/tally.js';
import { newTicket } from './applyRow.js';
import type { KeyedRow } from './doneRows.js';
import type { RowImport } from './importRow.js';

const PAGE_CASES = 250;

const imported = (d: Dialect): string =>
  `${d.eachOf('$2', 'tickets', 't', 'external_id', 't.external_source = $1')} WHERE t.deleted_at IS NULL`;
const findTargets = statement(
  'import.targets',
  (
    d,
  ) => `SELECT t.external_id AS called, t.id, t.title, t.description, t.status, t.priority, t.category, t.custom_fields,
     (SELECT a.assignee_id FROM assignments a WHERE a.ticket_id = t.id ORDER BY a.assigned_at DESC, a.id DESC LIMIT 1) AS last_holder_id
   FROM ${imported(d)}`,
);
const countTargets = statement(
  'import.targetCounts',
  (d) => `SELECT t.status, count(*) AS n FROM ${imported(d)} GROUP BY t.status`,
);

/** What the rows of a case say of its ticket in the end. */
interface Case {
  readonly id: string;
  readonly first: KeyedRow['row'];
  status: string;
  person: string | null;
}

/**
 * Compares the cases of a log with the tickets that are there now: what the first row of a case makes of it, and where the last ones leave it.
 * @param rows case by case, each in the order of time.
 * @throws what `recordComparison` throws.
 */
export function validateLog(
  context: RowImport,
  file: string,
  rows: AsyncIterable<KeyedRow>,
  total: number,
): Promise<ComparisonReport> {
  const { deps, actor, mapping, projectId } = context;
  const tally = new Tally(['how many tickets', 'by status']);
  return recordComparison(deps, actor, {
    name: `import ${basename(file)}`,
    sourceTechnology: mapping.name,
    targetTechnology: 'Baton',
    projectId,
    request: { file: basename(file), mapping: mapping.name },
    tables: [{ name: mapping.name, pairs: pairsOf(context, rows, tally), total }],
    scenarios: tally.scenarios(),
  });
}

async function* pairsOf(context: RowImport, rows: AsyncIterable<KeyedRow>, tally: Tally): AsyncGenerator<RowPair[]> {
  for await (const page of casesOf(context, rows)) yield await compared(context, page, tally);
}

async function* casesOf({ mapping }: RowImport, rows: AsyncIterable<KeyedRow>): AsyncGenerator<Case[]> {
  let page: Case[] = [];
  for await (const { row } of rows) {
    let open = page.at(-1);
    if (open?.id !== row.caseId) {
      if (page.length === PAGE_CASES) {
        yield page;
        page = [];
      }
      open = { id: row.caseId, first: row, status: 'OPEN', person: null };
      page.push(open);
    }
    open.status = mapping.activities[row.activity] ?? open.status;
    open.person = row.person ?? open.person;
  }
  if (page.length > 0) yield page;
}

interface Target {
  readonly called: string;
  readonly last_holder_id: string | null;
}

async function compared(context: RowImport, page: readonly Case[], tally: Tally): Promise<RowPair[]> {
  const { deps, mapping } = context;
  const asked = [mapping.name, page.map(({ id }) => id)];
  const targets = new Map((await deps.db.all<Target>(findTargets, asked)).map((row) => [row.called, row]));
  const counts = await deps.db.all<{ status: string; n: number | string }>(countTargets, asked);
  for (const { status, n } of counts) {
    tally.add('how many tickets', 0, Number(n));
    tally.addTo('by status', status, 0, Number(n));
  }
  const pairs: RowPair[] = [];
  for (const one of page) {
    tally.add('how many tickets', 1, 0);
    tally.addTo('by status', one.status, 1, 0);
    const source = saidOf(context, one);
    const target = targets.get(one.id);
    pairs.push({ key: one.id, source, target: target ? await thereOf(context, one, target, source) : null });
  }
  return pairs;
}

function saidOf({ mapping }: RowImport, { first, status, person }: Case): RowFields {
  const { title, description, priority, category, customFields } = newTicket(mapping, first.cells);
  return {
    title,
    description,
    status,
    ...(priority !== undefined && { priority }),
    ...(category !== undefined && { category }),
    ...(person !== null && { person }),
    customFields,
  };
}

async function thereOf(
  { userOf }: RowImport,
  { person }: Case,
  { called: _, last_holder_id, ...columns }: Target,
  source: RowFields,
): Promise<RowFields> {
  const row = decodeRow(Ticket, columns);
  const known = row as unknown as RowFields;
  const there = Object.fromEntries(Object.keys(source).map((name) => [name, known[name] ?? null]));
  const says = source['customFields'] as RowFields;
  there['customFields'] = Object.fromEntries(Object.keys(says).map((name) => [name, row.customFields[name] ?? null]));
  if (person !== null) there['person'] = (await userOf(person)) === last_holder_id ? person : last_holder_id;
  return there;
}
