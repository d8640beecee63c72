import type { Dialect } from './dialect.js';

/** What may be bound to `$1`, `$2`, …: plain values, or text lists for {@link Dialect.anyOf}. JSON is bound as text. */
export type Value = string | number | boolean | Date | null | readonly string[];

/** A statement with a name: PostgreSQL plans it once per connection, SQLite compiles it once per handle. */
export interface Statement {
  readonly name: string;
  readonly text: (dialect: Dialect) => string;
}

/** One name, one text: PostgreSQL refuses a second text under a name already prepared. */
export function statement(name: string, text: string | ((dialect: Dialect) => string)): Statement {
  if (typeof text === 'string') return { name, text: () => text };
  const made: Partial<Record<Dialect['name'], string>> = {};
  return { name, text: (dialect) => (made[dialect.name] ??= text(dialect)) };
}

/** A statement made for one call, a filtered list for instance: planned anew each time, and not kept. */
export const adHoc = (text: string | ((dialect: Dialect) => string)): Statement => statement('', text);

/** Runs statements on one connection; the rows come back as the driver gives them. */
export type RunStatement = <Row extends object>(statement: Statement, values: readonly Value[]) => Promise<Row[]>;

export const json = (value: unknown): string => JSON.stringify(value);
