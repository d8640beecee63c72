import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { AppError } from '../kernel/errors.js';
import { oneByOne, TURN_ROWS, type Batches } from './batches.js';
import { decodedText, halvesMarked } from './decodedText.js';

export interface CsvRecord {
  /** The line of the file that it begins in, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** More than any row of a log: a file without line ends, or with a quote left open, stops here instead of filling the memory. */
const LONGEST_RECORD = 1024 * 1024;

interface Reading {
  /** What errors call it; the path, unless told. */
  readonly name?: string | undefined;
  /** Bytes of a record, at most. */
  readonly longest?: number;
}

/**
 * The records of a CSV file, its header first, read as a stream. A byte order mark decides between UTF-8 and UTF-16; any
 * of the three line ends is one, and a quote inside of a bare cell is only a sign. A record holds `longest` bytes at most, 1 MiB unless told.
 * @throws BAD_INPUT the file cannot be read, is not in this encoding, or leaves a quote open.
 */
export const csvRecords = (...asked: Parameters<typeof csvBatches>): AsyncGenerator<CsvRecord> =>
  oneByOne(csvBatches(...asked));

/** The same, some at a time. */
export const csvBatches = (
  path: string,
  encoding: string,
  delimiter: string,
  { name = path, longest = LONGEST_RECORD }: Reading = {},
): Batches<CsvRecord> => recordsOf(Readable.from(decodedFile(path, encoding)), delimiter, name, longest);

/** The text of a file, piece by piece, without a byte order mark. @throws what {@link unreadable} explains. */
export const decodedFile = (path: string, encoding: string): AsyncGenerator<string> =>
  decodedText(createReadStream(path), encoding);

/** The same of a text. @throws BAD_INPUT it leaves a quote open. */
export const csvTextBatches = (text: string, delimiter: string): Batches<CsvRecord> =>
  recordsOf(Readable.from([halvesMarked(text.replace(/^\uFEFF/, ''))]), delimiter, 'The text');

async function* recordsOf(
  source: Readable,
  delimiter: string,
  name: string,
  longest = LONGEST_RECORD,
): Batches<CsvRecord> {
  const parser = parse({
    delimiter,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: longest,
  });
  source.on('error', (error) => parser.destroy(error));
  try {
    // The parser counts a CRLF inside of quotes as two lines.
    let surplus = 0;
    for await (const first of source.pipe(parser) as AsyncIterable<Parsed>) {
      yield [first, ...readyOf(parser, TURN_ROWS - 1)].map(({ record, info }) => {
        const inner = record.flatMap((cell) => (isOneLine(cell) ? [] : (cell.match(LINE_END) ?? [])));
        surplus += inner.filter((end) => end === '\r\n').length;
        return { line: info.lines - surplus - inner.length, cells: record };
      });
    }
  } catch (error) {
    if (error instanceof CsvError) throw new AppError('BAD_INPUT', `${name} is not readable as CSV: ${error.message}.`);
    throw unreadable(error, name);
  } finally {
    source.destroy();
  }
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}
/** What was parsed already, up to so many records. */
function readyOf(parser: Readable, most: number): Parsed[] {
  const ready: Parsed[] = [];
  while (ready.length < most) {
    const next = parser.read() as Parsed | null;
    if (!next) break;
    ready.push(next);
  }
  return ready;
}
const isOneLine = (cell: string): boolean => !cell.includes('\n') && !cell.includes('\r');
const LINE_END = /\r\n|\n|\r/g;

/** Why a file cannot be read, as BAD_INPUT; any other error as it is. */
export function unreadable(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new AppError(
      'BAD_INPUT',
      `${path} is not in the encoding that was expected: name it ("encoding"; charset, of a body).`,
    );
  if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES')
    return new AppError('BAD_INPUT', `${path} cannot be read (${code}).`);
  return error;
}
