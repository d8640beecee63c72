import { isStorable } from '../../../../contract/text.js';
import { limits } from '../../../../contract/limits.js';
import { csvRecords } from '../../../csv/csvRecords.js';
import { misfitAt } from '../../../csv/csvTable.js';
import { withoutGuard } from '../../../csv/formulaSafe.js';
import type { Misfit } from '../../../csv/misfit.js';
import { AppError } from '../../../kernel/errors.js';
import { jsonDepth } from '../../../kernel/jsonDepth.js';
import { Fields, type Entry, type Json } from '../../../trackers/fields.js';
import { jsonRecords, LONGEST_JSON } from './jsonRecords.js';
import type { Tracker } from '../../../trackers/tracker.js';
import { fitting, lacking, trackers } from './trackers.js';

export interface TrackerFile {
  readonly path: string;
  readonly tracker: Tracker;
  readonly encoding: string;
  readonly delimiter: string;
}

/** A record to be taken apart. `list`: it stands in this list beside the records, and is none itself. */
export interface TrackerRecord {
  readonly line: number;
  readonly fields: Fields;
  readonly list: string | null;
}

export const isRecord = (read: TrackerRecord | Misfit): read is TrackerRecord => 'fields' in read;

/**
 * The records of an export in the order of the file; what is none is a misfit. Each reading takes a new one apart.
 * @throws BAD_INPUT the file cannot be read, or is no export of this tracker: the message says what is missing and whose it may be.
 */
export async function* trackerRecords(file: TrackerFile): AsyncGenerator<TrackerRecord | Misfit> {
  let isBegun = false;
  try {
    for await (const read of file.tracker.format === 'csv' ? rowsOf(file) : objectsOf(file)) {
      isBegun = true;
      yield read;
    }
  } catch (error) {
    const others = isBegun || !(error instanceof AppError) ? [] : await looksLike(file);
    if (others.length === 0) throw error;
    const maps = others.map(({ name }) => `--map ${name}`).join(' or ');
    throw new AppError('BAD_INPUT', `${(error as AppError).message} It looks like what ${maps} reads.`);
  }
}

/** Whose export a file is, by its first record or its header. */
async function looksLike({ path, encoding, delimiter }: TrackerFile): Promise<Tracker[]> {
  const lists = trackers.flatMap((one) => one.lists?.records ?? []);
  const readers = [
    async () => {
      for await (const { text } of jsonRecords(path, lists))
        return fitting('json', Object.keys(JSON.parse(text) as object));
      return [];
    },
    async () => {
      for await (const { cells } of csvRecords(path, encoding, delimiter))
        return fitting(
          'csv',
          cells.map((cell) => cell.trim()),
        );
      return [];
    },
  ];
  for (const read of readers) {
    const found = await read().catch(() => []);
    if (found.length > 0) return found;
  }
  return [];
}

async function* rowsOf({ path, tracker, encoding, delimiter }: TrackerFile): AsyncGenerator<TrackerRecord | Misfit> {
  let header: readonly string[] | undefined;
  // One ticket with all that was said of it stands in one row.
  for await (const { line, cells } of csvRecords(path, encoding, delimiter, { longest: LONGEST_JSON })) {
    if (!header) {
      header = cells.map((cell, at) => cell.trim() || `column ${at + 1}`);
      demandFit(path, tracker, header);
      continue;
    }
    if (cells.every((cell) => cell.trim() === '')) continue;
    yield rowOf(line, cells, header, tracker);
  }
  if (!header) throw new AppError('BAD_INPUT', `${path} is empty: its first line must name the columns.`);
}

function rowOf(
  line: number,
  cells: readonly string[],
  header: readonly string[],
  { isGuarded = false, endsShort = false }: Tracker,
): TrackerRecord | Misfit {
  if (cells.length !== header.length && !(endsShort && cells.length < header.length))
    return misfitAt(line, null, null, `has ${cells.length} cells where the header has ${header.length}`);
  if (cells.every((cell, at) => cell.trim() === header[at])) return misfitAt(line, null, null, 'repeats the header');
  const entries = cells.map((cell, at): Entry => [header[at] ?? '', isGuarded ? withoutGuard(cell) : cell]);
  const unfit = entries.find(([, value]) => !isStorableJson(value));
  return unfit ? unstorable(line, unfit) : { line, fields: new Fields(entries), list: null };
}

const unstorable = (line: number, [name, value]: Entry): Misfit =>
  misfitAt(line, name, typeof value === 'string' ? value : null, 'holds a NUL or a lone surrogate');

async function* objectsOf({ path, tracker }: TrackerFile): AsyncGenerator<TrackerRecord | Misfit> {
  const { records = [], beside = [] } = tracker.lists ?? {};
  let isFirst = true;
  for await (const { line, list, text } of jsonRecords(path, [...records, ...beside])) {
    const read = objectOf(line, text);
    if (!('object' in read)) {
      yield read;
      continue;
    }
    const isBeside = list !== null && beside.includes(list);
    if (isFirst && !isBeside) demandFit(path, tracker, Object.keys(read.object));
    isFirst &&= isBeside;
    yield { line, fields: Fields.of(read.object), list: isBeside ? list : null };
  }
  if (isFirst) throw new AppError('BAD_INPUT', `${path} holds no ${tracker.name} records: ${shapes(records)}.`);
}

const shapes = (lists: readonly string[]): string =>
  `there must be a list of objects, one object a line, or an object with a list "${lists.join('" or "')}"`;

function objectOf(line: number, text: string): { readonly object: Readonly<Record<string, Json>> } | Misfit {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return misfitAt(line, null, text, `is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) return misfitAt(line, null, text, 'is no JSON object');
  if (jsonDepth(value) > limits.jsonDepth)
    return misfitAt(line, null, text, `is nested deeper than ${limits.jsonDepth} levels`);
  const unfit = Object.entries(value).find(([name, one]) => !isStorable(name) || !isStorableJson(one));
  return unfit ? unstorable(line, unfit) : { object: value };
}

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isStorableJson = (value: Json): boolean => {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, one]) => isStorable(name) && isStorableJson(one));
};

/** @throws BAD_INPUT it lacks what every export of this tracker has. */
function demandFit(path: string, tracker: Tracker, names: readonly string[]): void {
  const missing = lacking(tracker, names);
  if (missing.length === 0) return;
  const shown = names.slice(0, 12).join(', ').slice(0, 300);
  const noun = tracker.format === 'csv' ? 'columns' : 'fields';
  const has = `It has ${shown || 'none'}${names.length > 12 ? ', …' : ''}`;
  throw new AppError('BAD_INPUT', `${path} lacks the ${noun} ${missing.join(', ')} of ${tracker.title}. ${has}.`);
}
