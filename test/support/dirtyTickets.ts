import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

/** What must become of a table: told by whoever made it, so that nothing has to be read to know it. */
export interface DirtyTruth {
  readonly created: number;
  readonly refusals: readonly { readonly line: number; readonly column: string | null }[];
  readonly skills: readonly string[];
  /** What each ticket says, by its id. */
  readonly tickets: ReadonlyMap<string, Written>;
}
export interface Written {
  readonly description: string;
  readonly storyPoints: number | null;
  readonly skill: string | null;
  readonly priority: string;
  readonly dueDate: string | null;
}

export type DirtyEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const COLUMNS = ['id', 'description', 'story_points', 'required_skill', 'priority', 'due_date'];
const ENDS = ['\n', '\r\n', '\r', '\n', '\r\n'];
const SKILLS = ['React', 'SQL', 'Größe & Maß', '数据库'];
const PRIORITIES = ['LOW', 'Medium', 'high', 'URGENT'];

/** What stands in a row: its cells as they are meant, or as text that is written as it is. */
interface Dirt {
  readonly every: number;
  /** Which column is told to be wrong; undefined: nothing is. */
  readonly refused?: string | null;
  readonly cells?: (plain: readonly string[], earlier: string) => readonly string[];
  /** Stands for no row at all. */
  readonly isNone?: true;
  readonly onlyIn?: 'utf-16';
}
const put = (at: number, value: string) => (plain: readonly string[]) => plain.with(at, value);

/** The first that applies to a row makes it what it is. The numbers have no common factor, so that every kind meets every line end. */
const dirt: readonly Dirt[] = [
  { every: 997, refused: null, cells: () => COLUMNS.map((name) => name.toUpperCase()) },
  { every: 499, refused: null, cells: (plain) => plain.slice(0, 4) },
  { every: 491, refused: null, cells: (plain) => [...plain, 'one more'] },
  { every: 487, refused: 'id', cells: (plain, earlier) => plain.with(0, earlier) },
  { every: 479, refused: 'id', cells: put(0, '  ') },
  { every: 467, refused: 'id', cells: put(0, 'x'.repeat(256)) },
  { every: 463, refused: 'description', cells: put(1, ' \t ') },
  { every: 461, refused: 'description', cells: put(1, 'holds a \0 NUL') },
  { every: 457, refused: 'description', cells: put(1, 'half \ud83d a sign'), onlyIn: 'utf-16' },
  { every: 449, refused: 'story_points', cells: put(2, '1.5') },
  { every: 443, refused: 'required_skill', cells: put(3, 's'.repeat(121)) },
  { every: 439, refused: 'priority', cells: put(4, 'SOON') },
  { every: 433, refused: 'due_date', cells: put(5, '2026-02-30') },
  { every: 431, isNone: true, cells: () => COLUMNS.map(() => '') },
  { every: 421, isNone: true, cells: () => [''] },
  { every: 41, cells: put(1, 'He said "no", and\tleft') },
  { every: 37, cells: put(1, 'First line\nsecond\rthird\r\nlast, with a comma') },
  { every: 31, cells: put(1, '=HYPERLINK("http://example.invalid";"x")') },
  { every: 29, cells: put(1, 'Zoë 😀 数据 \u200b end  ') },
  { every: 23, cells: (plain) => plain.map((cell, at) => (at < 2 ? cell : '')) },
];
const LEAST_ROWS_OF_ALL_KINDS = 1_000;

const idOf = (nth: number): string => `T-${nth}`;
const plainRow = (nth: number): string[] => [
  idOf(nth),
  `Ticket ${nth}: the printer on floor ${nth % 40} prints every other page upside down`,
  String(nth % 14),
  SKILLS[nth % SKILLS.length] ?? '',
  PRIORITIES[nth % PRIORITIES.length] ?? '',
  `2026-${String(1 + (nth % 12)).padStart(2, '0')}-15`,
];

const isDirty = ({ every, onlyIn }: Dirt, nth: number, encoding: DirtyEncoding): boolean =>
  nth % every === every - 1 && (onlyIn === undefined || encoding !== 'utf-8');

/** Quoted where it must be, and here and there where it need not. */
const written = (cell: string, isQuoted: boolean): string =>
  isQuoted || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/**
 * Writes a table of tickets with every kind of dirt: a byte order mark, all line ends mixed, quotes, cells of several lines, formulas,
 * ragged and repeated rows, the header again, what can be no value, NUL, and in UTF-16 halves of signs.
 * @param rows at least 1,000, so that every kind is there.
 */
export async function writeDirtyTickets(file: string, rows: number, encoding: DirtyEncoding): Promise<DirtyTruth> {
  if (rows < LEAST_ROWS_OF_ALL_KINDS) throw new Error(`at least ${LEAST_ROWS_OF_ALL_KINDS} rows`);
  const out = createWriteStream(file);
  const refusals: { line: number; column: string | null }[] = [];
  const tickets = new Map<string, Written>();
  let line = 2;
  let earlier = '';
  let text = `\uFEFF${COLUMNS.join(',')}\r\n`;
  for (let nth = 0; nth < rows; nth++) {
    const kind = dirt.find((one) => isDirty(one, nth, encoding));
    const cells = kind?.cells?.(plainRow(nth), earlier) ?? plainRow(nth);
    if (kind?.refused !== undefined) refusals.push({ line, column: kind.refused });
    else if (!kind?.isNone) {
      earlier = idOf(nth);
      tickets.set(earlier, meant(cells));
    }
    // An empty line after a CR alone would be its LF.
    const end = cells.length === 1 ? '\r\n' : (ENDS[nth % ENDS.length] ?? '\n');
    text += cells.map((cell) => written(cell, nth % 19 === 0 && cells.length > 1)).join(',') + end;
    line += 1 + cells.join('').split(/\r\n|\n|\r/).length - 1;
    if (text.length > 65_536) text = await flush(out, text, encoding);
  }
  await flush(out, text, encoding);
  out.end();
  await finished(out);
  const skills = [...new Set([...tickets.values()].flatMap(({ skill }) => skill ?? []))];
  return { created: tickets.size, refusals, skills, tickets };
}

/**
 * Writes every other ticket of such a table as it may have been before, with other story points.
 * @returns their ids.
 */
export async function writeEarlierTickets(file: string, { tickets }: DirtyTruth): Promise<ReadonlySet<string>> {
  const earlier = [...tickets].filter((_, nth) => nth % 2 === 0);
  const rows = earlier.map(([id, { description, storyPoints, skill, priority, dueDate }]) =>
    [id, description, `${(storyPoints ?? 0) + 1}`, skill ?? '', priority, dueDate ?? ''].map((cell) =>
      written(cell, true),
    ),
  );
  await writeFile(file, [COLUMNS, ...rows].map((cells) => cells.join(',')).join('\n'));
  return new Set(earlier.map(([id]) => id));
}

async function flush(out: NodeJS.WritableStream, text: string, encoding: DirtyEncoding): Promise<''> {
  const bytes = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
  if (!out.write(encoding === 'utf-16be' ? bytes.swap16() : bytes)) await once(out, 'drain');
  return '';
}

const meant = ([, description = '', points, skill, priority, dueDate]: readonly string[]): Written => ({
  description,
  storyPoints: points ? Number(points) : null,
  skill: skill || null,
  priority: priority?.toUpperCase() || 'MEDIUM',
  dueDate: dueDate || null,
});
