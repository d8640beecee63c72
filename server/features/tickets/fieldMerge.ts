import type { JsonValue } from '../../../contract/errors.js';
import { json, statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { canonicalJson } from '../../kernel/canonicalJson.js';
import { AppError } from '../../kernel/errors.js';
import { groupBy } from '../../kernel/groupBy.js';
import type { Values } from '../customFields/fieldValues.js';
import type { TicketRow } from './tickets.present.js';

/** The fields that changed since a version, of each ticket of a list of `[ticket, version]`. */
const changedSince = statement(
  'ticketHistory.changedSince',
  (d) => `SELECT DISTINCT h.ticket_id, h.field FROM ${d.itemsOf('$1', 'w')}
   JOIN ticket_history h ON h.ticket_id = w.value ->> 0 AND h.version > CAST(w.value ->> 1 AS integer)
   WHERE h.field IS NOT NULL ORDER BY h.ticket_id, h.field`,
);

type Patch = Readonly<Record<string, unknown>>;

/** A ticket that is to be patched, and the version that its patch was made from; undefined: from any. */
interface Edited {
  readonly row: TicketRow;
  readonly expectedVersion: number | undefined;
}

/**
 * Lets a patch from an older version through when nobody else touched its fields since, or set them to the same value.
 * @throws CONFLICT with `details.fields[name] = { yours, theirs }` for each field that both changed; of custom fields with the
 * values of those that are in question.
 */
export async function demandMergeable(
  unit: UnitOfWork,
  row: TicketRow,
  patch: Patch,
  expectedVersion: number | undefined,
): Promise<void> {
  const clash = (await clashesOf(unit, [{ row, expectedVersion }], patch)).get(row.id);
  if (clash) throw clash;
}

/** What {@link demandMergeable} throws, of each of many tickets for which it would. */
export async function clashesOf(
  unit: UnitOfWork,
  edits: readonly Edited[],
  patch: Patch,
): Promise<ReadonlyMap<string, AppError>> {
  const stale = edits.filter(({ row, expectedVersion = row.version }) => expectedVersion !== row.version);
  if (stale.length === 0) return new Map();
  const changed = await changesSince(
    unit,
    stale.filter(({ row, expectedVersion = row.version }) => expectedVersion < row.version),
  );
  const changedIn = groupBy(changed, ({ ticket_id }) => ticket_id);
  return new Map(
    stale.flatMap(({ row, expectedVersion = row.version }) => {
      const fields = (changedIn.get(row.id) ?? []).map(({ field }) => field);
      const clash = expectedVersion > row.version ? fromTheFuture(row, expectedVersion) : clashOf(row, patch, fields);
      return clash ? [[row.id, clash]] : [];
    }),
  );
}

async function changesSince(unit: UnitOfWork, edits: readonly Edited[]) {
  if (edits.length === 0) return [];
  const asked = edits.map(({ row, expectedVersion }) => [row.id, expectedVersion]);
  return unit.all<{ ticket_id: string; field: string }>(changedSince, [json(asked)]);
}

const fromTheFuture = ({ version }: TicketRow, expected: number): AppError =>
  new AppError('CONFLICT', `This ticket has no version ${expected} yet.`, { currentVersion: version });

/** Where both sides want another value; `key` of a custom field. */
interface Clash {
  readonly field: string;
  readonly key: string | null;
  readonly yours: JsonValue;
  readonly theirs: JsonValue;
}

function clashesAt(row: TicketRow, patch: Patch, changed: string): Clash[] {
  const [field = '', changedKey] = changed.split('.');
  if (!(field in patch)) return [];
  const [yours, theirs] = [patch[field] as JsonValue, (row as unknown as Record<string, JsonValue>)[field] ?? null];
  if (field !== 'customFields')
    return canonicalJson(yours) === canonicalJson(theirs) ? [] : [{ field, key: null, yours, theirs }];
  // An older line of history tells of all of them at once.
  const edit = Object.entries(yours as Values).filter(([key]) => changedKey === undefined || changedKey === key);
  return edit
    .map(([key, value]) => ({ field, key, yours: value, theirs: row.customFields[key] ?? null }))
    .filter((clash) => clash.yours !== clash.theirs);
}

function clashOf(row: TicketRow, patch: Patch, changed: readonly string[]): AppError | null {
  const clashes = changed.flatMap((field) => clashesAt(row, patch, field));
  if (clashes.length === 0) return null;
  const fields: Record<string, JsonValue> = {};
  for (const { field, key, yours, theirs } of clashes) {
    const known = fields[field] as { yours: object; theirs: object } | undefined;
    fields[field] =
      key === null
        ? { yours, theirs }
        : { yours: { ...known?.yours, [key]: yours }, theirs: { ...known?.theirs, [key]: theirs } };
  }
  const names = clashes.map(({ field, key }) => (key === null ? field : `${field}.${key}`));
  return new AppError('CONFLICT', `Somebody else changed ${[...new Set(names)].join(', ')} meanwhile.`, {
    currentVersion: row.version,
    fields,
  });
}
