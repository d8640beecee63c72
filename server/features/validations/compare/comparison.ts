import type { JsonValue } from '../../../../contract/errors.js';
import type { DiscrepancyType } from '../../../../contract/finding.js';
import type { Severity } from '../../../../contract/validation.js';

/** The fields of one row, by name. Values of other types, dates for instance, are written as JSON before. */
export type RowFields = Readonly<Record<string, JsonValue>>;

/** What both sides say of one row; null: that side has none. */
export interface RowPair {
  /** By which people know the row; part of the path of what differs. */
  readonly key: string;
  readonly source: RowFields | null;
  readonly target: RowFields | null;
}

/** A table, or whatever else has rows. Only pages of it are in memory. */
export interface ComparedTable {
  readonly name: string;
  readonly pairs: AsyncIterable<readonly RowPair[]>;
  /** How many pairs there are in about, for the progress; left out, none is told for it. */
  readonly total?: number;
  /** How bad it is that a field differs; left out, MEDIUM. */
  readonly severityOf?: (field: string) => Severity;
  /** How bad it is that a row is missing, or is there in excess; left out, HIGH. */
  readonly rowSeverity?: Severity;
}

/** A question that both sides must answer alike: a list, a filter, a count. */
export interface Scenario {
  readonly name: string;
  readonly source: () => Promise<JsonValue>;
  readonly target: () => Promise<JsonValue>;
}

export interface Comparison {
  readonly name: string;
  readonly sourceTechnology: string;
  readonly targetTechnology: string;
  /** Where its discrepancies become tickets; null: of no project. */
  readonly projectId: string | null;
  /** What was asked for: files, options. No secrets. */
  readonly request: RowFields;
  readonly tables: readonly ComparedTable[];
  readonly scenarios?: readonly Scenario[];
  /** At most so many discrepancies are stored; all are counted. */
  readonly stored?: number;
}

export interface TableReport {
  readonly name: string;
  readonly rows: number;
  readonly missing: number;
  readonly unexpected: number;
  /** Fields. */
  readonly compared: number;
  readonly matched: number;
  readonly differences: number;
}
export interface ComparisonReport {
  readonly sessionId: string;
  readonly compared: number;
  readonly matched: number;
  /** Null: nothing was compared. */
  readonly fidelityScore: number | null;
  readonly differences: number;
  /** Of those that were stored: how many are new, and how many were known. */
  readonly discrepancies: { readonly added: number; readonly seenAgain: number };
  readonly tests: { readonly run: number; readonly passed: number };
  readonly tables: readonly TableReport[];
}

export interface Difference {
  readonly type: DiscrepancyType;
  readonly severity: Severity;
  readonly path: string;
  readonly expected: JsonValue;
  readonly actual: JsonValue;
}
