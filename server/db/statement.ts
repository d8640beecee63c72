import type { Dialect } from './dialect.js';

/** What may be bound to `$1`, `$2`, …: plain values, or text lists for {@link Dialect.anyOf}. JSON is bound as text. */
export type Value = string | number | boolean | Date | null | readonly string[];

/** A statement with a name: PostgreSQL plans it once per connection, SQLite compiles it once per handle. */
export interface Statement {
  readonly name: string;
  readonly text: (dialect: Dialect) => string;
  /** Made for one call, but of a kind that is asked again and again: connections keep the latest of them prepared. */
  readonly recurs?: true;
  /** How it is best done does not hang on its values, and to plan it takes long: once is enough. */
  readonly isPlannedOnce?: boolean;
  /** When it inserts rows of so many values each, and nothing else: the COPY that does the same on PostgreSQL. The first `alike` values are those of all. */
  readonly copy?: { readonly text: string; readonly width: number; readonly alike: number };
}

/** One name, one text: PostgreSQL refuses a second text under a name already prepared. */
export function statement(name: string, text: string | ((dialect: Dialect) => string)): Statement {
  if (typeof text === 'string') return { name, text: () => text };
  const made: Partial<Record<Dialect['name'], string>> = {};
  return { name, text: (dialect) => (made[dialect.name] ??= text(dialect)) };
}

/** A statement made for one call, a filtered list for instance: planned anew each time, and not kept. */
export const adHoc = (text: string | ((dialect: Dialect) => string)): Statement => statement('', text);

/** The same, of a text that the next call is likely to ask as well: one page of a list after the other. */
export const recurring = (text: string, isPlannedOnce = false): Statement => ({
  name: '',
  text: () => text,
  recurs: true,
  isPlannedOnce,
});

/** Runs statements on one connection; the rows come back as the driver gives them. */
export type RunStatement = <Row extends object>(statement: Statement, values: readonly Value[]) => Promise<Row[]>;

/** Runs a statement whose answer nobody waits for; `answered` is told it anyway. That it failed is seen at COMMIT. */
export type SendStatement = (
  statement: Statement,
  values: readonly Value[],
  answered?: (rows: readonly object[]) => void,
) => void;

/** The two ways to run statements of a transaction. They run in the order of the calls. */
export interface Statements {
  readonly all: RunStatement;
  readonly send: SendStatement;
}

/** A statement on its way to a connection, and who is told what became of it. */
export interface Asked {
  readonly statement: Statement;
  readonly values: readonly Value[];
  /** The values as the rows that the statement's COPY takes, where they were made ready before it left. */
  readonly copied?: Buffer;
  readonly resolve: (rows: object[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes statements to the database together and runs them in order. Those behind one that fails are not run, and fail by its
 * error. Resolves when all have been told; never rejects.
 */
export type Fly = (asked: readonly Asked[]) => Promise<void>;

/** One statement that nobody travels with. */
export const flyAlone = <Row extends object>(fly: Fly, ...[asked, values]: Parameters<RunStatement>): Promise<Row[]> =>
  new Promise((resolve, reject) => {
    void fly([{ statement: asked, values, resolve: resolve as Asked['resolve'], reject }]);
  });

/** PostgreSQL's own name for a transaction, in the RETURNING of a row that it wrote: costs nothing there. SQLite has none. */
export const transactionId = (d: Dialect): string =>
  d.name === 'postgres' ? 'pg_current_xact_id()::text AS transaction_id' : 'NULL AS transaction_id';

export const json = (value: unknown): string => JSON.stringify(value);
