import type { JsonValue } from '../../../../contract/errors.js';
import type { Severity } from '../../../../contract/validation.js';
import { canonicalJson } from '../../../kernel/canonicalJson.js';
import type { ComparedTable, Difference, RowFields, RowPair } from './comparison.js';

export interface PairOutcome {
  readonly compared: number;
  readonly matched: number;
  readonly differences: readonly Difference[];
}

type Rules = Pick<ComparedTable, 'name' | 'severityOf' | 'rowSeverity'>;

const isSame = (a: JsonValue, b: JsonValue): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b));
const typeOf = (value: JsonValue): string => (Array.isArray(value) ? 'array' : typeof value);

/**
 * Field by field: those that either side names are compared, and one that the other side lacks is null there. Of a row that only one side
 * has, none matches; it is one difference.
 */
export function comparePair(rules: Rules, { key, source, target }: RowPair): PairOutcome {
  const path = `${rules.name}/${key}`;
  if (!source || !target) return ofOneSide(rules, path, source, target);
  const names = new Set([...Object.keys(source), ...Object.keys(target)]);
  const differences: Difference[] = [];
  for (const name of names) {
    const [expected, actual] = [source[name] ?? null, target[name] ?? null];
    if (!isSame(expected, actual)) differences.push(ofField(rules, `${path}/${name}`, name, expected, actual));
  }
  return { compared: names.size, matched: names.size - differences.length, differences };
}

function ofField(
  { severityOf }: Rules,
  path: string,
  name: string,
  expected: JsonValue,
  actual: JsonValue,
): Difference {
  const isOtherType = expected !== null && actual !== null && typeOf(expected) !== typeOf(actual);
  const severity: Severity = severityOf?.(name) ?? 'MEDIUM';
  return { type: isOtherType ? 'TYPE' : 'VALUE', severity, path, expected, actual };
}

function ofOneSide(
  { rowSeverity = 'HIGH' }: Rules,
  path: string,
  source: RowFields | null,
  target: RowFields | null,
): PairOutcome {
  const compared = Object.keys(source ?? target ?? {}).length;
  if (!source && !target) return { compared, matched: 0, differences: [] };
  const type = source ? 'MISSING' : 'UNEXPECTED';
  const difference = { type, severity: rowSeverity, path, expected: source, actual: target } as const;
  return { compared, matched: 0, differences: [difference] };
}
