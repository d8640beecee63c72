import type { z } from 'zod';
import { SkillLevel, UpdateDeveloperInput } from '../../../contract/developer.js';
import { limits } from '../../../contract/limits.js';
import { text } from '../../../contract/text.js';
import type { Batches } from '../../csv/batches.js';
import type { CsvRecord } from '../../csv/csvRecords.js';
import { misfitAt, tableRows, type TableRow } from '../../csv/csvTable.js';
import { eachOnce } from '../../csv/eachOnce.js';
import type { Misfit } from '../../csv/misfit.js';
import type { TableKind } from '../../csv/tableFile.js';

export const developerColumns = [
  'name',
  'title',
  'experience_years',
  'current_workload',
  'availability',
  'skills',
] as const;
type Column = (typeof developerColumns)[number];
const shape = { required: ['name'], optional: developerColumns.slice(1) } as const;

interface NamedSkill {
  readonly name: string;
  /** Undefined: as it is, or else {@link USUAL_LEVEL}. */
  readonly level: number | undefined;
}
/** Of a skill whose level is not said. */
export const USUAL_LEVEL = 3;

/** What a row says of a developer; what it leaves open is undefined. */
export interface DeveloperLine {
  readonly line: number;
  readonly name: string;
  readonly fields: Pick<Patch, 'title' | 'experienceYears' | 'availability'>;
  readonly skills: readonly NamedSkill[] | undefined;
  /** As it stands there, to be told when it is not so. */
  readonly workload: string | undefined;
}
type Patch = z.output<typeof UpdateDeveloperInput>['patch'];

const {
  name: Name,
  title: Title,
  experienceYears: Years,
  availability: Share,
} = UpdateDeveloperInput.shape.patch.shape;
const SkillName = text(limits.nameLength);

/** The developers of a table, each name once. @throws BAD_INPUT it is no CSV, or lacks a column. */
export const developerLines = (records: Batches<CsvRecord>): Batches<DeveloperLine | Misfit> =>
  linesOf(tableRows<Column>(records, shape));

const linesOf = eachOnce<DeveloperLine, Column>({ read: readRow, column: 'name', nameOf: ({ name }) => name });

export const developerTable = { shape, lines: linesOf } satisfies TableKind<DeveloperLine, Column>;

function readRow({ line, cells }: TableRow<Column>): DeveloperLine | Misfit {
  const bare = (column: Column) => cells[column]?.trim();
  const refuse = (column: Column, reason: string) => misfitAt(line, column, cells[column] ?? null, reason);
  const name = Name.safeParse(bare('name') ?? '');
  if (!name.success || name.data === undefined) return refuse('name', 'is empty, or no name');
  const title = Title.safeParse(bare('title') === '' ? null : bare('title'));
  if (!title.success) return refuse('title', title.error.issues[0]?.message ?? 'is unfit');
  const years = Years.safeParse(numberOf(bare('experience_years')));
  if (!years.success) return refuse('experience_years', 'is no number from 0 to 80');
  const share = Share.safeParse(shareOf(bare('availability')));
  if (!share.success) return refuse('availability', 'is no number from 0 to 1, and no percentage');
  const skills = bare('skills') === undefined ? undefined : skillsOfCell(bare('skills') ?? '');
  if (skills === null) return refuse('skills', 'names something that can be no skill, or a level that is not 1 to 5');
  const fields = { title: title.data, experienceYears: years.data, availability: share.data };
  return { line, name: name.data, fields, skills, workload: bare('current_workload') || undefined };
}

function numberOf(cell: string | undefined): number | undefined {
  if (!cell) return undefined;
  return /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : Number.NaN;
}

function shareOf(cell: string | undefined): number | undefined {
  const percent = cell?.endsWith('%') ? numberOf(cell.slice(0, -1).trim()) : undefined;
  return percent === undefined ? numberOf(cell) : percent / 100;
}

/** `React; SQL:5`; null when a part is unfit. */
function skillsOfCell(cell: string): NamedSkill[] | null {
  const parts = cell.split(/[;,|]/).map((part) => part.trim());
  const skills = parts.filter(Boolean).map((part): NamedSkill => {
    const [, name = part, level] = /^(.*\S)\s*:\s*(\d+)$/s.exec(part) ?? [];
    return { name, level: level === undefined ? undefined : Number(level) };
  });
  const fits = ({ name, level }: NamedSkill) =>
    SkillName.safeParse(name).success && (level === undefined || SkillLevel.safeParse(level).success);
  return skills.every(fits) && skills.length <= 100 ? skills : null;
}
