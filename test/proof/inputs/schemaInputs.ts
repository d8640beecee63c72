import fc from 'fast-check';
import type { Ids } from './pool.js';

type Arbitrary = fc.Arbitrary<unknown>;

/** A JSON Schema, as far as requests are made from it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** The ids that stand in a field of this name. */
export type Known = (field: string) => Ids | undefined;

const LONGEST = 30_000;
const formats: Readonly<Record<string, Arbitrary>> = {
  uuid: fc.uuid(),
  date: fc.constantFrom('2024-02-29', '1000-01-01', '9999-12-31', '2026-11-26'),
  'date-time': fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((moment) => moment.toISOString()),
  uri: fc.webUrl(),
  email: fc.emailAddress(),
};

const anId = ({ own, other, missing }: Ids): Arbitrary =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...own) },
    { weight: 1, arbitrary: fc.constantFrom(...other, ...missing) },
  );

function aText({ format = '', pattern, minLength = 0, maxLength = 200 }: Schema, ids: Ids | undefined): Arbitrary {
  if (ids) return anId(ids);
  if (formats[format]) return formats[format];
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  const longest = 'x'.repeat(Math.min(maxLength, LONGEST));
  const some = (unit: 'grapheme' | 'grapheme-ascii') =>
    fc.string({ unit, minLength, maxLength: Math.max(minLength, Math.min(maxLength, 30)) });
  return fc.oneof(
    { weight: 4, arbitrary: some('grapheme-ascii') },
    { weight: 4, arbitrary: some('grapheme') },
    { weight: 1, arbitrary: fc.constantFrom(longest, `${longest}y`) },
  );
}

function anObject(schema: Schema, known: Known): Arbitrary {
  const { properties = {}, required = [], additionalProperties: more, propertyNames = { type: 'string' } } = schema;
  const fields = Object.entries(properties).map(([name, inner]) => [name, fromSchema(inner, known, name)] as const);
  const named = fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
  if (typeof more !== 'object') return named;
  const keys = fromSchema(propertyNames, known) as fc.Arbitrary<string>;
  const others = fc.dictionary(keys, fromSchema(more, known), { maxKeys: 3 });
  return fc.tuple(named, others).map(([own, beside]) => ({ ...beside, ...own }));
}

const byType: Readonly<Record<string, (schema: Schema, known: Known, field: string) => Arbitrary>> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  string: (schema, known, field) => aText(schema, known(field)),
  integer: ({ minimum, exclusiveMinimum = -10, maximum = 2 ** 31 }) => {
    const min = minimum ?? exclusiveMinimum + 1;
    return fc.oneof(fc.integer({ min, max: Math.min(maximum, min + 20) }), fc.constantFrom(min - 1, min, maximum));
  },
  number: ({ minimum = -1e6, maximum = 1e6 }) => fc.double({ min: minimum, max: maximum, noNaN: true }),
  array: ({ items = {}, minItems = 0, maxItems = 3 }, known, field) =>
    fc.array(fromSchema(items, known, field), {
      minLength: minItems,
      maxLength: Math.max(minItems, Math.min(maxItems, 3)),
    }),
  object: anObject,
};

/** Values that the schema takes, or that are at its very edge. */
export function fromSchema(schema: Schema, known: Known, field = ''): Arbitrary {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => fromSchema(choice, known, field)));
  const types = [schema.type ?? []].flat();
  const made = types.map((type) => byType[type]?.(schema, known, field));
  if (made.some((one) => one === undefined)) throw new Error(`no values are known for ${types.join()} of ${field}`);
  return made.length === 0 ? fc.jsonValue({ maxDepth: 2 }) : fc.oneof(...(made as Arbitrary[]));
}
