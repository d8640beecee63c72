import type { Dialect } from '../db/dialect.js';
import { adHoc, type RunStatement } from '../db/statement.js';
import type { FileStore } from '../storage/fileStore.js';

/** One thing that must be true of a database, under a name of its own. */
export interface Check {
  readonly name: string;
  /** What is true when all is well. */
  readonly says: string;
  /** What to do about it, in a sentence. */
  readonly advice: string;
}

/** A check that one query answers: its rows break it, and `what` names each. */
export interface Rule extends Check {
  readonly sql: string | ((dialect: Dialect) => string);
}

/** Where it is looked. */
export interface Place {
  /** Of one moment: a snapshot, or a transaction. */
  readonly all: RunStatement;
  readonly dialect: Dialect;
  /** Of a SQLite database. */
  readonly file: string | null;
  /** Null: the bytes of attachments are not looked at. */
  readonly store: FileStore | null;
  readonly now: Date;
}

/** Says that the check of this name is broken, and where. */
export type Tell = (check: string, what: string, count?: number) => void;

/** Several checks that are made on one way through the data, which need not fit into memory. */
export interface Walk {
  readonly checks: readonly Check[];
  readonly walk: (place: Place, tell: Tell) => Promise<void>;
}

/** So many of what breaks a rule come back from the database; the others are counted there. */
const SHOWN = 20;

/** The walk of a rule. */
export const walkOf = ({ sql, ...check }: Rule): Walk => ({
  checks: [check],
  async walk({ all, dialect }, tell) {
    const text = typeof sql === 'string' ? sql : sql(dialect);
    const counted = `SELECT x.what, count(*) OVER () AS n FROM (${text}) AS x LIMIT ${SHOWN}`;
    const rows = await all<{ what: unknown; n: number | string }>(adHoc(counted), []);
    for (const { what } of rows) tell(check.name, String(what));
    const rest = Number(rows[0]?.n ?? 0) - rows.length;
    if (rest > 0) tell(check.name, '', rest);
  },
});
