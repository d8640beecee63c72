import type { z } from 'zod';
import { limits } from '../../../contract/limits.js';
import { isId, text } from '../../../contract/text.js';
import { TicketPatch } from '../../../contract/ticket.js';
import type { Batches } from '../../csv/batches.js';
import type { CsvRecord } from '../../csv/csvRecords.js';
import { misfitAt, tableRows, type TableRow } from '../../csv/csvTable.js';
import { eachOnce } from '../../csv/eachOnce.js';
import type { Misfit } from '../../csv/misfit.js';
import type { TableKind } from '../../csv/tableFile.js';

const shape = {
  required: ['id'],
  either: ['description', 'title'],
  optional: ['story_points', 'required_skill', 'priority', 'due_date'],
} as const;
/** In the order in which they are written. */
export const ticketColumns = [
  ...(['id', 'title', 'description', 'story_points', 'required_skill', 'priority', 'due_date'] as const),
] as const;
type Column = (typeof shape)['required' | 'either' | 'optional'][number];
type Row = TableRow<Column>;

/** What a row says of a ticket; what it leaves open is undefined. */
export interface TicketLine {
  readonly line: number;
  readonly externalId: string;
  readonly fields: Pick<TicketPatch, 'title' | 'description' | 'storyPoints' | 'priority' | 'dueDate'>;
  /** The title, or what stands for it: the first line of the description that says something. Undefined: the row says neither. */
  readonly headline: string | undefined;
  /** Its name; null: it needs none. */
  readonly skill: string | null | undefined;
}

const ExternalId = text(255);
const SkillName = text(limits.nameLength);
const SaidTitle = text(limits.titleLength);
const { title: Title, description: Description, storyPoints, priority: Priority, dueDate: DueDate } = TicketPatch.shape;

/**
 * The tickets of a table, each id once. An empty cell means that there is no such value; of title and priority, that nothing is said.
 * @throws BAD_INPUT it is no CSV, or lacks a column.
 */
export const ticketLines = (records: Batches<CsvRecord>): Batches<TicketLine | Misfit> =>
  linesOf(tableRows<Column>(records, shape));

const linesOf = eachOnce<TicketLine, Column>({ read: readRow, column: 'id', nameOf: ({ externalId }) => externalId });

export const ticketTable = {
  shape,
  lines: linesOf,
  // A ticket's own id may be of one that other lines call by their own.
  nameOf: ({ externalId }: TicketLine) => (isId(externalId) ? null : externalId),
  weigh: ({ fields }: TicketLine) => fields.description?.length ?? 0,
} satisfies TableKind<TicketLine, Column>;

function readRow({ line, cells }: Row): TicketLine | Misfit {
  const refusals: Misfit[] = [];
  function read<Schema extends z.ZodType>(
    column: Column,
    schema: Schema,
    value: unknown,
    reason?: string,
  ): z.output<Schema> | undefined {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    refusals.push(
      misfitAt(line, column, cells[column] ?? null, reason ?? result.error.issues[0]?.message ?? 'is unfit'),
    );
    return undefined;
  }
  const bare = (column: Column) => cells[column]?.trim();
  const orNull = (value: string | undefined) => (value === '' ? null : value);
  const points = orNull(bare('story_points'));
  const skill = orNull(bare('required_skill'));
  const { description } = cells;
  const title = bare('title') || undefined;
  const externalId = read('id', ExternalId, bare('id') ?? '', bare('id') ? undefined : 'is empty');
  const fields = {
    title: read('title', Title, title),
    description: read('description', Description, description),
    storyPoints: read('story_points', storyPoints, wholeNumber(points), 'is no whole number from 0 up'),
    priority: read('priority', Priority, bare('priority')?.toUpperCase() || undefined, `is none of ${PRIORITIES}`),
    dueDate: read('due_date', DueDate, orNull(bare('due_date')), 'is no day as 2026-12-31'),
  };
  if (skill) read('required_skill', SkillName, skill);
  const headline = title ?? (description === undefined ? undefined : titleOf(description));
  if (headline === null)
    refusals.push(
      misfitAt(line, 'description', description ?? null, 'has no visible character, and there is no title'),
    );
  return refusals[0] ?? { line, externalId: externalId ?? '', fields, headline: headline ?? undefined, skill };
}

const PRIORITIES = 'LOW, MEDIUM, HIGH, URGENT';

const wholeNumber = (cell: string | null | undefined): number | null | undefined =>
  typeof cell === 'string' ? (/^\d+(\.0+)?$/.test(cell) ? Number(cell) : Number.NaN) : cell;

/** The first line of a description that says something, as a title. */
export function titleOf(description: string): string | null {
  for (const line of description.split(/\r\n|\n|\r/, 100)) {
    const said = cut(line.trim());
    if (SaidTitle.safeParse(said).success) return said;
  }
  return null;
}

const cut = (line: string): string =>
  line.length <= limits.titleLength ? line : line.slice(0, limits.titleLength).replace(/[\uD800-\uDBFF]$/, '');
