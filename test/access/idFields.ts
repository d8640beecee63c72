import { z } from 'zod';
import type { Procedure } from './everyProcedure.js';

/** Where in an input something is named: `['assignments', 0, 'ticketId']`. */
export type FieldPath = readonly (string | number)[];

interface JsonSchema {
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** Ids, and the keys by which projects and tickets are named. */
const isName = ({ format, pattern }: JsonSchema): boolean =>
  format === 'uuid' || pattern?.startsWith('^[A-Z]') === true;

function namesIn(schema: JsonSchema, at: FieldPath): FieldPath[] {
  if (isName(schema)) return [at];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => namesIn(inner, [...at, name])),
    ...(schema.items ? namesIn(schema.items, [...at, 0]) : []),
    ...(schema.anyOf ?? []).flatMap((inner) => namesIn(inner, at)),
  ];
}

/** Every field of a procedure's input that names something which there is, or is not. */
export const idFieldsOf = ({ input }: Procedure): FieldPath[] =>
  input ? namesIn(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonSchema, []) : [];

export function valueAt(input: unknown, [name, ...rest]: FieldPath): unknown {
  if (name === undefined) return input;
  return valueAt((input as Record<string | number, unknown> | undefined)?.[name], rest);
}

/** A copy of the input with another value at this place; objects on the way are made when there are none. */
export function withValueAt(input: unknown, [name, ...rest]: FieldPath, value: unknown): unknown {
  if (name === undefined) return value;
  if (typeof name === 'number') return [withValueAt((input as unknown[] | undefined)?.[name], rest, value)];
  const record = (input ?? {}) as Record<string, unknown>;
  return { ...record, [name]: withValueAt(record[name], rest, value) };
}
