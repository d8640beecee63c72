import { limits } from '../../contract/limits.js';
import { isStorable, type Page } from '../../contract/text.js';
import { AppError } from '../kernel/errors.js';

type Part = string | number;

/** A page's end as opaque text: the sort values and id of its last row. */
export const encodeCursor = (parts: readonly Part[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** A cursor that no page of this list ended with. */
export const foreignCursor = (): AppError =>
  new AppError('BAD_INPUT', 'This cursor is not one of this list.', { field: 'cursor' });

/**
 * The parts of a cursor that {@link encodeCursor} made, null without one.
 * @throws BAD_INPUT when it is not such a cursor, or not one of `types`.
 */
export function decodeCursor(cursor: string | undefined, types: readonly ('string' | 'number')[]): Part[] | null {
  if (cursor === undefined) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    parts = null;
  }
  const fits =
    Array.isArray(parts) &&
    parts.length === types.length &&
    parts.every((part, index) => typeof part === types[index] && canBeAsked(part));
  if (!fits) throw foreignCursor();
  return parts as Part[];
}

/** What PostgreSQL would refuse and SQLite compare with: no row ever had it. */
const canBeAsked = (part: unknown): boolean =>
  typeof part === 'string' ? isStorable(part) : Number.isInteger(part) && Math.abs(Number(part)) <= limits.int32;

/**
 * A cursor's moment; without one the beginning of time.
 * @throws BAD_INPUT it is none, or of a year that PostgreSQL does not know and SQLite would compare as text.
 */
export function momentOf(part: Part | undefined): Date {
  const moment = new Date(part ?? 0);
  const year = moment.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) throw foreignCursor();
  return moment;
}

/** Cuts rows fetched with `limit + 1` to a page; the cursor is taken from the last row that stays. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => readonly Part[],
  present: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    items: kept.map(present),
    nextCursor: last !== undefined && rows.length > limit ? encodeCursor(cursorOf(last)) : null,
  };
}
