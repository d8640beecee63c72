import type { CustomValue } from '../../../contract/customField.js';
import { Day } from '../../../contract/text.js';
import { AppError } from '../../kernel/errors.js';
import type { FieldRow } from './customFields.present.js';

type Definition = Pick<FieldRow, 'key' | 'kind' | 'options' | 'required' | 'active'>;
/** What a ticket says by its custom fields. */
export type Values = Readonly<Record<string, CustomValue | null>>;

const fits: Readonly<Record<Definition['kind'], (value: CustomValue, field: Definition) => boolean>> = {
  TEXT: (value) => typeof value === 'string',
  NUMBER: (value) => typeof value === 'number',
  BOOLEAN: (value) => typeof value === 'boolean',
  DATE: (value) => Day.safeParse(value).success,
  SELECT: (value, { options }) => options.includes(String(value)) && typeof value === 'string',
};
const wants: Readonly<Record<Definition['kind'], string>> = {
  TEXT: 'wants a text',
  NUMBER: 'wants a number',
  BOOLEAN: 'wants true or false',
  DATE: 'wants a day, YYYY-MM-DD',
  SELECT: 'wants one of its options',
};

const refusal = (key: string, problem: string): AppError =>
  new AppError('BAD_INPUT', `The custom field ${key} ${problem}.`, { field: `customFields.${key}` });

function problemOf(field: Definition | undefined, value: CustomValue | null): string | null {
  if (!field) return 'is none of this project';
  if (value === null) return field.required ? 'is required' : null;
  if (!field.active) return 'is no longer in use';
  return fits[field.kind](value, field) ? null : wants[field.kind];
}

/**
 * The values after an edit; only what it names and changes is looked at.
 * @throws BAD_INPUT naming the first field that the project does not define so.
 */
export function editedValues(before: Values, edit: Values, fields: readonly Definition[]): Values {
  const byKey = new Map(fields.map((field) => [field.key, field]));
  for (const [key, value] of Object.entries(edit)) {
    if (byKey.has(key) && Object.hasOwn(before, key) && before[key] === value) continue;
    const problem = problemOf(byKey.get(key), value);
    if (problem !== null) throw refusal(key, problem);
  }
  return Object.fromEntries(Object.entries({ ...before, ...edit }).filter(([, value]) => value !== null));
}

/** @throws BAD_INPUT naming the first field that must be given and is not. */
export function demandRequired(values: Values, fields: readonly Definition[]): void {
  const missing = fields.find(({ key, required, active }) => required && active && !Object.hasOwn(values, key));
  if (missing) throw refusal(missing.key, 'is required');
}

/** Of a ticket's values those that are the same in another project: by the same key, of the same kind. */
export function valuesCarriedOver(values: Values, from: readonly Definition[], to: readonly Definition[]): Values {
  const kindHere = new Map(from.map(({ key, kind }) => [key, kind]));
  const kept = new Set(to.flatMap(({ key, kind }) => (kindHere.get(key) === kind ? [key] : [])));
  return Object.fromEntries(Object.entries(values).filter(([key]) => kept.has(key)));
}
