import { createHash } from 'node:crypto';
import { statement, type RunStatement } from '../../db/statement.js';
import type { StepKind } from './planRow.js';
import type { PlacedRow } from './sortedLog.js';

const kinds: readonly StepKind[] = ['create', 'reopen', 'hand', 'status'];
const PAGE_ROWS = 500;

const anyKey = statement(
  'import.anyKey',
  'SELECT key FROM idempotency_keys WHERE user_id = $1 AND key >= $2 AND key < $3 LIMIT 1',
);
const knownKeys = statement(
  'import.knownKeys',
  (d) => `SELECT key FROM idempotency_keys WHERE user_id = $1 AND ${d.anyOf('key', '$2')}`,
);

/** A placed row with the stem of its commands' idempotency keys. */
export interface KeyedRow extends PlacedRow {
  readonly stem: string;
}
export const keyOf = (stem: string, kind: StepKind): string => `${stem}:${kind}`;
const prefixOf = (source: string): string => `import:${source}:`;

/**
 * Names each row by what it says, not by where it stands: a log that has grown since, or was written anew, goes on where
 * it ended. Rows that say exactly the same at the same moment are told apart by their order.
 */
export async function* keyedRows(
  rows: AsyncIterable<PlacedRow>,
  source: string,
  projectKey: string,
): AsyncGenerator<KeyedRow> {
  let at = Number.NaN;
  const sameMoment = new Map<string, number>();
  for await (const { row, place } of rows) {
    if (row.at !== at) sameMoment.clear();
    at = row.at;
    const says = JSON.stringify([projectKey, row.caseId, row.at, row.activity, row.person]);
    const nth = sameMoment.get(says) ?? 0;
    sameMoment.set(says, nth + 1);
    const digest = createHash('sha256').update(`${says}${nth}`).digest('hex').slice(0, 32);
    yield { row, place, stem: `${prefixOf(source)}${digest}` };
  }
}

/** What an earlier, perhaps interrupted run of the import has done. */
export interface DoneRows {
  /** Kinds of the steps that were committed for the row at this place of the order of time. */
  at(place: number): ReadonlySet<StepKind>;
  /** Place of the last row of the case that something was committed for; -1 when there is none. */
  lastOf(caseId: string): number;
}

export async function findDoneRows(
  all: RunStatement,
  actorId: string,
  source: string,
  size: number,
  rows: AsyncIterable<KeyedRow>,
): Promise<DoneRows> {
  const prefix = prefixOf(source);
  const steps = new Uint8Array(size);
  const last = new Map<string, number>();
  const done: DoneRows = {
    at: (place) => new Set(kinds.filter((_, bit) => ((steps[place] ?? 0) & (1 << bit)) !== 0)),
    lastOf: (caseId) => last.get(caseId) ?? -1,
  };
  const some = await all(anyKey, [actorId, prefix, `${prefix}~`]);
  if (some.length === 0) return done;
  for await (const page of pages(rows, PAGE_ROWS)) {
    const keys = page.flatMap(({ stem }) => kinds.map((kind) => keyOf(stem, kind)));
    const known = await keysKnown(all, actorId, keys);
    for (const { row, place, stem } of page) {
      steps[place] = kinds.reduce((mask, kind, bit) => mask | (known.has(keyOf(stem, kind)) ? 1 << bit : 0), 0);
      if (steps[place] !== 0) last.set(row.caseId, place);
    }
  }
  return done;
}

/** Which of these keys were committed. */
export async function keysKnown(all: RunStatement, actorId: string, keys: readonly string[]): Promise<Set<string>> {
  return new Set((await all<{ key: string }>(knownKeys, [actorId, keys])).map(({ key }) => key));
}

const insertKeys = statement('import.insertKeys', (d) => {
  const keys = d.name === 'postgres' ? 'unnest($2::text[]) AS k(key)' : '(SELECT value AS key FROM json_each($2)) k';
  return `INSERT INTO idempotency_keys (user_id, key, procedure, request_hash, reply, created_at)
     SELECT CAST($1 AS varchar), k.key, 'import', '', '{}', $3 FROM ${keys}`;
});

/** Keys are deleted when they are some days old; a log may be imported again, grown, after years. */
const NEVER_OLD = new Date(Date.UTC(9999, 11, 31));

/** Remembers commands as done, for a transaction that holds all of them; from `since` on they grow old. */
export const rememberKeys = (
  all: RunStatement,
  actorId: string,
  keys: readonly string[],
  since = NEVER_OLD,
): Promise<unknown> => (keys.length === 0 ? Promise.resolve() : all(insertKeys, [actorId, keys, since]));

/** In pages of at least that many, the last one perhaps shorter; a page ends only where `mayEnd` says so. */
export async function* pages(
  rows: AsyncIterable<KeyedRow>,
  size: number,
  mayEnd: (last: KeyedRow, next: KeyedRow) => boolean = () => true,
): AsyncGenerator<KeyedRow[]> {
  let page: KeyedRow[] = [];
  for await (const row of rows) {
    const end = page.at(-1);
    if (end && page.length >= size && mayEnd(end, row)) {
      yield page;
      page = [];
    }
    page.push(row);
  }
  if (page.length > 0) yield page;
}
