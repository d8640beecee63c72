import { decodedFile, unreadable } from '../../../csv/csvRecords.js';
import { AppError } from '../../../kernel/errors.js';

/** An object of a JSON file. `list`: the name of the list that it stands in; null for one of a list without a name, or of none. */
export interface JsonRecord {
  /** The line that it begins in, from 1. */
  readonly line: number;
  readonly list: string | null;
  /** Text that should be the object: whoever reads it parses it, so that a broken one spoils no other. */
  readonly text: string;
}

/** More than any ticket has with all that was said of it. */
export const LONGEST_JSON = 16 * 1024 * 1024;
/** Whether a file has an object in each line is seen from the first one, if it is not longer than this. */
const FIRST_LINE = 1024 * 1024;

/**
 * The objects of a JSON file, read as a stream: of a list, of several lists one after the other (as an API gives pages), of an object with
 * lists of these names in it, or one object a line. What else such an object holds is passed over.
 * @throws BAD_INPUT the file cannot be read, is not UTF-8 or UTF-16, holds something else, ends in the middle, or one record is too long.
 */
export async function* jsonRecords(path: string, lists: readonly string[]): AsyncGenerator<JsonRecord> {
  try {
    const source = decodedFile(path, 'utf-8');
    let start = '';
    while (!/\S[^\n]*\n/.test(start) && start.length <= FIRST_LINE) {
      const piece = await source.next();
      if (piece.done) break;
      start += piece.value;
    }
    const scan = isLines(start, lists) ? new LineScan() : new DocumentScan(new Set(lists));
    yield* scan.push(start);
    for await (const piece of source) yield* scan.push(piece);
    yield* scan.end();
  } catch (error) {
    if (error instanceof NotJson) throw new AppError('BAD_INPUT', `${path} is not readable as JSON: ${error.message}.`);
    throw unreadable(error, path);
  }
}

class NotJson extends Error {}

function isLines(start: string, lists: readonly string[]): boolean {
  const [first = ''] = start.trimStart().split('\n', 1);
  try {
    const value: unknown = JSON.parse(first);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !lists.some((list) => list in value);
  } catch {
    return false;
  }
}

interface Scan {
  push(piece: string): Generator<JsonRecord>;
  end(): Iterable<JsonRecord>;
}

class LineScan implements Scan {
  private line = 1;
  private rest = '';

  *push(piece: string): Generator<JsonRecord> {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    for (const text of lines) yield* this.whole(text);
    if (this.rest.length > LONGEST_JSON) throw tooLong(this.line);
  }

  *end(): Generator<JsonRecord> {
    yield* this.whole(this.rest);
  }

  private *whole(text: string): Generator<JsonRecord> {
    if (text.trim() !== '') yield { line: this.line, list: null, text };
    this.line++;
  }
}

const tooLong = (line: number) =>
  new NotJson(`what begins in line ${line} is longer than ${LONGEST_JSON / 1024 / 1024} MiB`);

/**
 * Finds where objects begin and end, and nothing else: brackets are counted outside of strings. Objects that are records stand in a list
 * at the top, or in a named list of an object at the top.
 */
class DocumentScan implements Scan {
  private line = 1;
  private readonly open: ('[' | '{')[] = [];
  private inString = false;
  private isEscaped = false;
  /** The string read last, at the top of an object: the name of what follows. */
  private name = '';
  /** Name of the list whose objects are records; undefined outside of one. */
  private list: string | null | undefined;
  private begun: { line: number; depth: number; parts: string[]; length: number } | null = null;

  constructor(private readonly lists: ReadonlySet<string>) {}

  *push(piece: string): Generator<JsonRecord> {
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const sign = piece[at] ?? '';
      if (sign === '\n') this.line++;
      if (this.inString) {
        this.inside(sign);
        continue;
      }
      if (sign === '"') [this.inString, this.name] = [true, ''];
      else if (sign === '[' || sign === '{') {
        if (this.opens(sign)) from = at;
      } else if (sign === ']' || sign === '}') {
        const record = this.closes(sign, piece, from, at);
        if (record) yield record;
      } else if (this.open.length === 0 && /\S/.test(sign))
        throw new NotJson(`line ${this.line} holds "${sign}" where an object or a list should begin`);
    }
    if (this.begun) this.keep(piece.slice(from));
  }

  /** Nothing is left by then. @throws NotJson something is still open. */
  end(): readonly JsonRecord[] {
    if (this.open.length > 0 || this.inString)
      throw new NotJson(`it ends in the middle of what begins in line ${this.begun?.line ?? this.line}`);
    return [];
  }

  private inside(sign: string): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (sign === '\\') this.isEscaped = true;
    else if (sign === '"') this.inString = false;
    else if (!this.begun && this.name.length < 100) this.name += sign;
  }

  /** Whether a record begins here. */
  private opens(sign: '[' | '{'): boolean {
    const depth = this.open.push(sign);
    if (this.begun) return false;
    const isNamed = depth === 2 && this.open[0] === '{' && this.lists.has(this.name);
    if (sign === '[' && (depth === 1 || isNamed)) this.list = depth === 1 ? null : this.name;
    const parent = this.list === null ? 1 : 2;
    if (sign === '[' || this.list === undefined || depth !== parent + 1) return false;
    this.begun = { line: this.line, depth, parts: [], length: 0 };
    return true;
  }

  private closes(sign: ']' | '}', piece: string, from: number, at: number): JsonRecord | null {
    const depth = this.open.length;
    if (this.open.pop() !== (sign === ']' ? '[' : '{'))
      throw new NotJson(`line ${this.line} holds a "${sign}" that nothing opened`);
    if (this.begun?.depth === depth) {
      this.keep(piece.slice(from, at + 1));
      const { line, parts } = this.begun;
      this.begun = null;
      return { line, list: this.list ?? null, text: parts.join('') };
    }
    if (!this.begun && sign === ']' && this.list !== undefined && depth === (this.list === null ? 1 : 2))
      this.list = undefined;
    return null;
  }

  private keep(part: string): void {
    if (!this.begun) return;
    this.begun.parts.push(part);
    this.begun.length += part.length;
    if (this.begun.length > LONGEST_JSON) throw tooLong(this.begun.line);
  }
}
