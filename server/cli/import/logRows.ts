import { limits } from '../../../contract/limits.js';
import { longText, text } from '../../../contract/text.js';
import { AppError } from '../../kernel/errors.js';
import { csvRecords, type CsvRecord } from '../../csv/csvRecords.js';
import type { Misfit } from '../../csv/misfit.js';
import { timeReader } from '../../trackers/localTime.js';
import { columnsOfMapping, type Mapping } from './mapping.js';

/** One row of a log, in the mapping's terms. */
export interface LogRow {
  readonly line: number;
  readonly at: number;
  readonly caseId: string;
  readonly activity: string;
  /** Null: the row names nobody, so the ticket stays with whoever holds it. */
  readonly person: string | null;
  /** Every column that the mapping reads. */
  readonly cells: Readonly<Record<string, string>>;
}

const isRow = (read: LogRow | Misfit): read is LogRow => 'caseId' in read;

/**
 * The rows of a log in the order of the file; those that cannot be read go to `misfit`.
 * @throws BAD_INPUT the file is no CSV, or lacks a column that the mapping names.
 */
export async function* logRows(
  path: string,
  mapping: Mapping,
  misfit: (misfit: Misfit) => void,
): AsyncGenerator<LogRow> {
  let read: ((record: CsvRecord) => LogRow | Misfit) | undefined;
  for await (const record of csvRecords(path, mapping.encoding, mapping.delimiter)) {
    if (!read) {
      read = rowReader(mapping, locateColumns(record.cells, columnsOfMapping(mapping), path), record.cells.length);
      continue;
    }
    const row = read(record);
    if (isRow(row)) yield row;
    else misfit(row);
  }
  if (!read) throw new AppError('BAD_INPUT', `${path} is empty: its first line must name the columns.`);
}

/** Where each column stands. A name that the header repeats is told apart as `name#1`, `name#2`. */
function locateColumns(header: readonly string[], wanted: readonly string[], path: string): Map<string, number> {
  const places = new Map<string, number[]>();
  header.forEach((name, at) => places.set(name.trim(), [...(places.get(name.trim()) ?? []), at]));
  const found = new Map<string, number>();
  for (const column of wanted) {
    const [, name = column, nth] = /^(.*)#([1-9]\d*)$/.exec(column) ?? [];
    const exact = places.get(column);
    const at = exact ?? places.get(name)?.slice(Number(nth ?? 0) - 1);
    if (exact && exact.length > 1)
      throw new AppError(
        'BAD_INPUT',
        `${path} names the column "${column}" ${exact.length} times: write "${column}#1" for the first in the mapping.`,
      );
    if (at?.[0] === undefined)
      throw new AppError('BAD_INPUT', `${path} has no column "${column}". It has: ${[...places.keys()].join(', ')}.`);
    found.set(column, at[0]);
  }
  return found;
}

const CaseId = text(255);
const PersonName = text(limits.nameLength);
const Storable = longText();

function rowReader(mapping: Mapping, places: ReadonlyMap<string, number>, width: number) {
  const { columns } = mapping;
  const time = timeReader(mapping.time.format, mapping.time.zone);
  const activities = new Map(Object.entries(mapping.activities));
  return ({ line, cells: raw }: CsvRecord): LogRow | Misfit => {
    const refuse = (column: string | null, reason: string): Misfit => {
      const value = column === null ? null : (raw[places.get(column) ?? -1] ?? '').slice(0, 200);
      return { line, column, value, reason };
    };
    if (raw.length !== width) return refuse(null, `has ${raw.length} cells where the header has ${width}`);
    const cells: Record<string, string> = {};
    for (const [column, at] of places) {
      const cell = (raw[at] ?? '').trim();
      const problem = issueOf(Storable, cell);
      if (problem !== null) return refuse(column, problem);
      cells[column] = cell;
    }
    const caseId = cells[columns.case] ?? '';
    const noCase = caseId === '' ? 'is empty' : issueOf(CaseId, caseId);
    if (noCase !== null) return refuse(columns.case, noCase);
    const activity = cells[columns.activity] ?? '';
    if (!activities.has(activity)) return refuse(columns.activity, 'is not among the activities of the mapping');
    const at = time.read(cells[columns.time] ?? '');
    if (typeof at === 'string') return refuse(columns.time, at);
    const person = columns.person === undefined ? '' : (cells[columns.person] ?? '');
    const noPerson = person === '' ? null : issueOf(PersonName, person);
    if (noPerson !== null) return refuse(columns.person ?? null, noPerson);
    return { line, at: at.getTime(), caseId, activity, person: person === '' ? null : person, cells };
  };
}

function issueOf(schema: typeof CaseId, value: string): string | null {
  const result = schema.safeParse(value);
  return result.success ? null : (result.error.issues[0]?.message ?? 'is refused');
}
