import type { z } from 'zod';
import { inputSchemaOf, type JsonSchema } from './jsonSchema.js';
import { queryField, type QueryField } from './queryField.js';

/** The parts of a procedure's input, by where a request has them. */
export interface Fields {
  /** Whether the procedure takes a key in the place of the id. */
  readonly isNamedByKey: boolean;
  readonly takesIdempotencyKey: boolean;
  readonly hasBody: boolean;
  readonly inPath: Readonly<Record<string, JsonSchema>>;
  /** Query parameters; none where there is a body. */
  readonly inQuery: ReadonlyMap<string, QueryField>;
  /** Query parameters beside a table that is the body itself; null where none is taken. */
  readonly besideTable: ReadonlyMap<string, QueryField> | null;
  /** Null where nothing stands in it. */
  readonly body: JsonSchema | null;
  /** What stands beside the patch in the body; null where there is no patch. */
  readonly besidePatch: ReadonlySet<string> | null;
  /** Names that must be given, apart from those in the path. */
  readonly required: ReadonlySet<string>;
}

/** A text of CSV; the body may be the table itself, with the other fields in the query. */
export const TABLE_FIELD = 'csv';
/** Comes as the header `Idempotency-Key`. */
export const KEY_FIELD = 'idempotencyKey';

const propertiesOf = (schema: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  schema.properties ?? Object.assign({}, ...(schema.anyOf ?? []).map(propertiesOf));

interface Places {
  readonly inPath: readonly string[];
  readonly hasBody: boolean;
}

export function fieldsOf(input: z.ZodType | null, { inPath, hasBody }: Places): Fields {
  const schema = input ? inputSchemaOf(input) : {};
  const properties = propertiesOf(schema);
  const unknown = inPath.filter((name) => !properties[name]);
  if (unknown.length > 0) throw new Error(`No field of the input is called ${unknown.join(' or ')}`);
  const isLoose = (name: string) => !inPath.includes(name) && name !== KEY_FIELD;
  const loose = Object.entries(properties).filter(([name]) => isLoose(name));
  const required = schema.required?.filter(isLoose) ?? [];
  const patch = hasBody ? properties['patch'] : undefined;
  const beside = loose.filter(([name]) => name !== 'patch');
  const fields = {
    isNamedByKey: 'key' in properties && isOtherName(schema, 'key'),
    takesIdempotencyKey: KEY_FIELD in properties,
    hasBody,
    inPath: Object.fromEntries(inPath.map((name) => [name, properties[name] ?? {}])),
    inQuery: new Map(hasBody ? [] : loose.filter(([name]) => !isOtherName(schema, name)).map(asQueryField)),
    besideTable:
      hasBody && TABLE_FIELD in properties
        ? new Map(loose.filter(([name]) => name !== TABLE_FIELD).map(asQueryField))
        : null,
    besidePatch: patch ? new Set(beside.map(([name]) => name)) : null,
    required: new Set(required.filter((name) => !patch || name !== 'patch')),
  };
  const inBody = { ...Object.fromEntries(patch ? beside : loose), ...patch?.properties };
  return { ...fields, body: hasBody && Object.keys(inBody).length > 0 ? bodyOf(inBody, fields.required) : null };
}

const asQueryField = ([name, schema]: readonly [string, JsonSchema]) => [name, queryField(name, schema)] as const;

/** By id or by key: both stand in the same place of the path. */
const isOtherName = ({ anyOf }: JsonSchema, name: string): boolean =>
  anyOf !== undefined && (name === 'key' || name === 'id');

const bodyOf = (properties: Readonly<Record<string, JsonSchema>>, required: ReadonlySet<string>): JsonSchema => ({
  type: 'object',
  properties,
  ...(required.size > 0 && { required: [...required] }),
  additionalProperties: false,
});
