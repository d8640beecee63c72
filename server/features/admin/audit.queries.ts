import type { z } from 'zod';
import { AuditSort, type AuditEntry as Presented, type AuditInput } from '../../../contract/audit.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { AuditEntry } from '../../db/models/AuditEntry.js';
import { adHoc, type Value } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { toPage } from '../keysetPage.js';
import { madeAs, moment, ordersOf } from '../sortedList.js';
import { canAudit } from './admin.policy.js';

type Input = z.output<typeof AuditInput>;

const startOf = ordersOf(AuditSort, { at: [moment('a.at', 'at'), madeAs('a.id', 'id')] });

/** The filters by how few lines each leaves, and their columns. */
const filters = [
  ['entityId', 'entity_id'],
  ['actorId', 'actor_id'],
  ['projectId', 'project_id'],
  ['entity', 'entity'],
  ['action', 'action'],
] as const;

/**
 * The lines that fit, newest first unless `sort` says otherwise. The filter that leaves the fewest is a range of its index, in the order of the answer; the
 * others are looked at line by line, as expressions, so that no database prefers an index that would have to be sorted.
 */
export function auditStatement(input: Input) {
  const values: Value[] = [];
  const bind = (value: Value): string => `$${values.push(value)}`;
  const given = filters.filter(([name]) => input[name] !== undefined);
  const lead = given[0]?.[0];
  const conditions = given.map(([name, column]) => {
    const isRange = name === lead || (lead === 'entity' && name === 'action');
    return `${isRange ? `a.${column}` : `coalesce(a.${column}, '')`} = ${bind(input[name] ?? null)}`;
  });
  const { orderBy, after, values: place, cursorOf } = startOf(input.sort, input.cursor);
  const { begin, end } = spanOf(input, place as [Date, string]);
  if (end) conditions.push(`a.at ${end.sign} ${bind(end.at)}`);
  conditions.push(after(begin.map(bind)));
  const text = `SELECT a.* FROM audit_log a WHERE ${conditions.join(' AND ')} ORDER BY ${orderBy} LIMIT ${bind(input.limit + 1)}`;
  return { statement: adHoc(text), values, cursorOf };
}

/**
 * Where the page begins, behind the last line of the page before and inside of `from` and `to`, and where the list ends: one bound
 * at each end of the index's range. `from` is inclusive, `to` is not.
 */
function spanOf({ from, to, sort = AuditSort.usual }: Input, [last, id]: readonly [Date, string]) {
  const [first, latest] = [from, to].map((at) => (at === undefined ? null : new Date(at)));
  const upwards = sort.dir === 'asc';
  const bound = upwards ? first : latest;
  const isInside = !bound || (upwards ? last >= bound : last < bound);
  const begin: readonly [Date, string] = isInside ? [last, id] : [bound, ''];
  const [at, sign] = upwards ? [latest, '<'] : [first, '>='];
  return { begin, end: at && { at, sign } };
}

/** @throws FORBIDDEN not an administrator. */
export async function listAudit(db: Database, actor: Actor, input: Input): Promise<Page<Presented>> {
  demand(canAudit(actor));
  const { statement, values, cursorOf } = auditStatement(input);
  const rows = (await db.all(statement, values)).map((row) => decodeRow(AuditEntry, row));
  return toPage(rows, input.limit, cursorOf, present);
}

const present = ({ at, before, after, ...row }: ReturnType<typeof decodeRow<AuditEntry>>): Presented => ({
  ...row,
  at: at.toISOString(),
  before: before as Presented['before'],
  after: after as Presented['after'],
});
