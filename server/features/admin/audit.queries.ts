import type { z } from 'zod';
import type { AuditEntry as Presented, AuditInput } from '../../../contract/audit.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { AuditEntry } from '../../db/models/AuditEntry.js';
import { adHoc, type Value } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { decodeCursor, momentOf, toPage } from '../keysetPage.js';
import { canAudit } from './admin.policy.js';

type Input = z.output<typeof AuditInput>;

/** The filters by how few lines each leaves, and their columns. */
const filters = [
  ['entityId', 'entity_id'],
  ['actorId', 'actor_id'],
  ['projectId', 'project_id'],
  ['entity', 'entity'],
  ['action', 'action'],
] as const;

/**
 * The lines that fit, newest first. The filter that leaves the fewest is a range of its index, in the order of the answer; the
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
  const [at, id] = endOf(input);
  if (input.from !== undefined) conditions.push(`a.at >= ${bind(new Date(input.from))}`);
  conditions.push(`(a.at, a.id) < (${bind(at)}, ${bind(id)})`);
  const text = `SELECT a.* FROM audit_log a WHERE ${conditions.join(' AND ')} ORDER BY a.at DESC, a.id DESC LIMIT ${bind(input.limit + 1)}`;
  return { statement: adHoc(text), values };
}

/** Where the page begins: before the last line of the page before, and before `to`. */
function endOf({ cursor, to }: Input): [Date, string] {
  const end = new Date(to ?? '9999-12-31');
  const parts = decodeCursor(cursor, ['string', 'string']);
  if (!parts) return [end, ''];
  const last = momentOf(parts[0]);
  return last < end ? [last, String(parts[1])] : [end, ''];
}

/** @throws FORBIDDEN not an administrator. */
export async function listAudit(db: Database, actor: Actor, input: Input): Promise<Page<Presented>> {
  demand(canAudit(actor));
  const { statement, values } = auditStatement(input);
  const rows = (await db.all(statement, values)).map((row) => decodeRow(AuditEntry, row));
  return toPage(rows, input.limit, ({ at, id }) => [at.toISOString(), id], present);
}

const present = ({ at, before, after, ...row }: ReturnType<typeof decodeRow<AuditEntry>>): Presented => ({
  ...row,
  at: at.toISOString(),
  before: before as Presented['before'],
  after: after as Presented['after'],
});
