import { TextDecoder } from 'node:util';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { AppError } from '../../kernel/errors.js';

export interface CsvRecord {
  /** The line of the file that it begins in, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** More than any row of a log: a file without line ends, or with a quote left open, stops here instead of filling the memory. */
const LONGEST_RECORD = 1024 * 1024;

/**
 * The records of a CSV file, its header first, read as a stream. A byte order mark decides between UTF-8 and UTF-16; any
 * of the three line ends is one, and a quote inside of a bare cell is only a sign.
 * @throws BAD_INPUT the file cannot be read, is not in this encoding, or leaves a quote open.
 */
export async function* csvRecords(path: string, encoding: string, delimiter: string): AsyncGenerator<CsvRecord> {
  const source = Readable.from(decoded(path, encoding));
  const parser = parse({
    delimiter,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: LONGEST_RECORD,
  });
  source.on('error', (error) => parser.destroy(error));
  try {
    // The parser counts a CRLF inside of quotes as two lines.
    let surplus = 0;
    for await (const { record, info } of source.pipe(parser) as AsyncIterable<Parsed>) {
      const inner = record.flatMap((cell) => cell.match(LINE_END) ?? []);
      surplus += inner.filter((end) => end === '\r\n').length;
      yield { line: info.lines - surplus - inner.length, cells: record };
    }
  } catch (error) {
    throw explained(error, path);
  } finally {
    source.destroy();
  }
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}
const LINE_END = /\r\n|\n|\r/g;

async function* decoded(path: string, encoding: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    decoder ??= new TextDecoder(markedEncoding(chunk) ?? encoding, { fatal: true });
    yield decoder.decode(chunk, { stream: true });
  }
  if (decoder) yield decoder.decode();
}

function markedEncoding(start: Buffer): string | null {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 'utf-8' : null;
}

function explained(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof CsvError) return new AppError('BAD_INPUT', `${path} is not readable as CSV: ${message}.`);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new AppError(
      'BAD_INPUT',
      `${path} is not in the encoding that was expected: name it in the mapping ("encoding").`,
    );
  if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES')
    return new AppError('BAD_INPUT', `${path} cannot be read (${code}).`);
  return error;
}
