import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CustomFieldKey } from '../../../contract/customField.js';
import { isTimeZone } from '../../../contract/developer.js';
import { limits } from '../../../contract/limits.js';
import { ProjectKey } from '../../../contract/project.js';
import { text } from '../../../contract/text.js';
import { Category, Priority, TicketStatus } from '../../../contract/ticket.js';
import { AppError } from '../../kernel/errors.js';
import { timeReader } from '../../trackers/localTime.js';

const Column = text(200);
const NoStatus = z.null();
const chosenFrom = <Value extends z.ZodType<string>>(value: Value) =>
  z.strictObject({ column: Column, values: z.record(z.string(), value), default: value });

/** Parts that every mapping may have. */
export const sourceName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'is 1 to 40 of a-z, 0-9 and dash');
export const ofFile = {
  project: z.strictObject({ key: ProjectKey, name: text(limits.nameLength) }).optional(),
  encoding: z.string().refine(isEncoding, 'is not a known encoding').default('utf-8'),
  delimiter: z.string().length(1).default(','),
};
export const zoneName = z.string().refine(isTimeZone, 'is not an IANA time zone').default('UTC');

/** A mapping file: which column of a log means what. Described for people in docs/IMPORT.md. */
const MappingFile = z
  .strictObject({
    name: sourceName,
    ...ofFile,
    columns: z.strictObject({ case: Column, activity: Column, person: Column.optional(), time: Column }),
    time: z.strictObject({
      format: z.string().min(1).max(60),
      zone: zoneName,
    }),
    title: text(limits.titleLength),
    description: z.string().max(limits.textLength).default(''),
    activities: z.record(text(200), z.union([TicketStatus, NoStatus])),
    priority: chosenFrom(Priority).optional(),
    category: chosenFrom(Category).optional(),
    fields: z.record(text(60), Column).default({}),
  })
  .superRefine(({ time, fields }, context) => {
    const reason = timeReader(time.format, 'UTC').problem;
    if (reason !== null) context.addIssue({ code: 'custom', path: ['time', 'format'], message: reason });
    const keys = Object.keys(fields).map(fieldKeyOf);
    if (keys.some((key) => !CustomFieldKey.safeParse(key).success) || new Set(keys).size < keys.length)
      context.addIssue({
        code: 'custom',
        path: ['fields'],
        message: 'has a name that makes no key of a to z and digits, or two that make the same',
      });
  });
/** The key of the custom field that a name of the mapping stands for: `service level` → `serviceLevel`. */
export function fieldKeyOf(name: string): string {
  const [first = '', ...rest] = name.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '');
  const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
  const small = first === first.toUpperCase() ? first.toLowerCase() : first.slice(0, 1).toLowerCase() + first.slice(1);
  return [small, ...rest.map(capital)].join('');
}
export type Mapping = z.output<typeof MappingFile>;

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

/** @throws BAD_INPUT the file is missing, not JSON, or not a mapping of a log; the message names the field. */
export const readMapping = async (path: string): Promise<Mapping> =>
  checkedMapping(path, MappingFile, await readJson(path));

/** What a mapping file holds, whatever it maps. @throws BAD_INPUT the file is missing or not JSON. */
export async function readJson(path: string): Promise<unknown> {
  const source = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('BAD_INPUT', `The mapping ${path} cannot be read (${error.code ?? error.message}).`);
  });
  try {
    return JSON.parse(source.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    throw new AppError('BAD_INPUT', `The mapping ${path} is not JSON: ${(error as Error).message}.`);
  }
}

/** @throws BAD_INPUT it is not as the schema says; the message names the field. */
export function checkedMapping<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  parsed: unknown,
): z.output<Schema> {
  const result = schema.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new AppError(
    'BAD_INPUT',
    `The mapping ${path} is refused: ${field ? `${field}: ` : ''}${issue?.message ?? ''}.`,
  );
}

const PLACEHOLDER = /\{([^{}]+)\}/g;

/** The columns that a template names in braces. */
export const columnsOfTemplate = (template: string): string[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, column]) => column ?? '');

export const fillTemplate = (template: string, cell: (column: string) => string): string =>
  template.replace(PLACEHOLDER, (_, column: string) => cell(column));

/** Every column that the mapping reads, each once. */
export function columnsOfMapping(mapping: Mapping): string[] {
  const { columns, title, description, priority, category, fields } = mapping;
  const plain = [columns.case, columns.activity, columns.time, columns.person, priority?.column, category?.column];
  const templated = [...columnsOfTemplate(title), ...columnsOfTemplate(description)];
  const named = [...plain, ...templated, ...Object.values(fields)];
  return [...new Set(named.filter((column) => column !== undefined))];
}
