import type { JsonValue } from '../../../contract/errors.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { canonicalJson } from '../../kernel/canonicalJson.js';
import { AppError } from '../../kernel/errors.js';
import type { TicketRow } from './tickets.present.js';

const changedSince = statement(
  'ticketHistory.changedSince',
  `SELECT field, min(version) AS version FROM ticket_history
   WHERE ticket_id = $1 AND version > $2 AND field IS NOT NULL GROUP BY field`,
);

/**
 * Lets a patch from an older version through when nobody else touched its fields since, or set them to the same value.
 * @throws CONFLICT with `details.fields[name] = { yours, theirs }` for each field that both changed.
 */
export async function demandMergeable(
  unit: UnitOfWork,
  row: TicketRow,
  patch: Readonly<Record<string, unknown>>,
  expectedVersion: number | undefined,
): Promise<void> {
  if (expectedVersion === undefined || expectedVersion === row.version) return;
  if (expectedVersion > row.version)
    throw new AppError('CONFLICT', `This ticket has no version ${expectedVersion} yet.`, {
      currentVersion: row.version,
    });
  const changed = await unit.all<{ field: string }>(changedSince, [row.id, expectedVersion]);
  const theirs = row as unknown as Record<string, JsonValue>;
  const clashes = changed
    .map(({ field }) => field)
    .filter((field) => field in patch && canonicalJson(patch[field]) !== canonicalJson(theirs[field]));
  if (clashes.length === 0) return;
  const fields = clashes.map((field) => [field, { yours: patch[field] as JsonValue, theirs: theirs[field] ?? null }]);
  throw new AppError('CONFLICT', `Somebody else changed ${clashes.join(', ')} meanwhile.`, {
    currentVersion: row.version,
    fields: Object.fromEntries(fields) as Record<string, JsonValue>,
  });
}
