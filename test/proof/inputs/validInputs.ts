import fc from 'fast-check';
import { z } from 'zod';
import type { Procedure } from '../../access/everyProcedure.js';
import { thingsAt } from '../../access/things.js';
import { PASSWORD } from '../../support/world.js';
import type { Ids, Pool } from './pool.js';

type Arbitrary = fc.Arbitrary<unknown>;

/** A schema as zod 4 keeps it. */
interface Schema {
  readonly _zod: { readonly def: Readonly<Record<string, any>> & { readonly type: string } };
}
const asSchema = (schema: z.ZodType): Schema => schema;
const asZod = (schema: Schema): z.ZodType => schema as unknown as z.ZodType;

interface Bounds {
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly pattern?: string;
}
const boundsOf = (schema: Schema): Bounds =>
  z.toJSONSchema(asZod(schema), { io: 'input', unrepresentable: 'any' }) as Bounds;

/** What stands in inputs by its name: the ids of its kind, and what only a server can have given. */
export interface Vocabulary {
  readonly ids: ReadonlyMap<string, Ids>;
  readonly given: ReadonlyMap<string, readonly string[]>;
}

const texts = [
  ' padded ',
  'a\u0301 and \u00e1',
  "'; DROP TABLE tickets; --",
  '%\\_',
  '=1+1',
  '<script>alert(1)</script>',
  'two\nlines\r\n',
  '\u200bseen',
  '\u0130stanbul ß ﬁ',
  '\u202eback',
  '👩‍👩‍👧 family',
  '\ud83d\ude00',
  'null',
  '"quoted" -not prefix*',
];
const textUpTo = (max: number): Arbitrary =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...texts) },
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: Math.min(max, 40) }) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: Math.min(max, 20) }) },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(max), '\u20ac'.repeat(max), `${'y'.repeat(max - 1)} `) },
  );

const days = ['2024-02-29', '1000-01-01', '9999-12-31', '2026-11-26'];
const moments = ['2024-02-29T23:59:59.123456+14:00', '1970-01-01T00:00:00Z', '2026-11-26T12:00:00.5-05:30'];
const byFormat: Readonly<Record<string, Arbitrary>> = {
  date: fc.constantFrom(...days),
  datetime: fc.oneof(
    fc.constantFrom(...moments),
    fc
      .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((moment) => moment.toISOString()),
  ),
  url: fc.constantFrom('https://example.com/a b?c=d#e', 'http://[::1]/', 'https://exämple.com/%00'),
};

const named: Readonly<Record<string, Arbitrary>> = {
  email: fc
    .tuple(
      fc.stringMatching(/^[a-z]{3,12}$/),
      fc.constantFrom('@Example.com', '@example.com ', '@xn--bcher-kva.example'),
    )
    .map((parts) => parts.join('')),
  password: fc.constantFrom(PASSWORD, PASSWORD, 'a wrong one'),
  currentPassword: fc.constantFrom(PASSWORD, PASSWORD, 'a wrong one'),
  newPassword: fc.constantFrom(`new ${PASSWORD}`, ' with spaces ', '\u200b🔑 allowed'),
  avatarUrl: fc.constantFrom('https://example.com/a%20b?c=d#e', 'HTTP://[::1]/', 'https://exämple.com/%00'),
  cron: fc.constantFrom('0 9 * * 1-5', '*/5 * * * *', '0 0 29 2 *'),
  timezone: fc.constantFrom('Europe/Berlin', 'utc', '+05:30', 'america/new_york'),
  timeZone: fc.constantFrom('Europe/Berlin', 'UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
};

/** Ids are accepted in either case. */
const anId = ({ own, other, missing }: Ids): Arbitrary =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...own) },
    { weight: 2, arbitrary: fc.constantFrom(...other) },
    { weight: 1, arbitrary: fc.constantFrom(...missing) },
    { weight: 1, arbitrary: fc.constantFrom(...own.map((id) => (/^[0-9a-f-]{36}$/.test(id) ? id.toUpperCase() : id))) },
  );

interface At {
  readonly words: Vocabulary;
  readonly field: string;
}

function stringOf(schema: Schema, { words, field }: At): Arbitrary {
  const { format = '', pattern, maxLength = 100 } = boundsOf(schema);
  const ids = words.ids.get(field);
  if (ids) return anId(ids);
  const given = words.given.get(field);
  if (given && given.length > 0) return fc.oneof(fc.constantFrom(...given), textUpTo(20));
  const known = named[field] ?? byFormat[{ 'date-time': 'datetime', uri: 'url' }[format] ?? format];
  if (known) return known;
  return pattern === undefined ? textUpTo(maxLength) : fc.stringMatching(new RegExp(pattern));
}

function numberOf(schema: Schema): Arbitrary {
  const { minimum, exclusiveMinimum = -1e9, maximum = 1e9 } = boundsOf(schema);
  const min = minimum ?? exclusiveMinimum;
  if (schema._zod.def['format'] === 'safeint')
    return fc.oneof(fc.constantFrom(min, maximum), fc.integer({ min, max: Math.min(maximum, 1_000) }));
  return fc.oneof(fc.constantFrom(maximum, 0.1, 1 / 3), fc.double({ min, max: maximum, noNaN: true }));
}

/** Any JSON, of which the schema takes what is right for it. */
const { value: anyJson } = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.constantFrom('', 'é 👩‍👩‍👧', '1e400', ' ')),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.dictionary(fc.constantFrom('a', 'B', 'größe', '__proto_', '0'), fc.oneof(tie('leaf'), tie('value')), {
      maxKeys: 3,
    }),
    fc.array(tie('leaf'), { maxLength: 3 }),
    tie('leaf'),
  ),
}));

const maybe = (inner: Arbitrary, nothing: unknown): Arbitrary =>
  fc.oneof({ weight: 2, arbitrary: inner }, { weight: 3, arbitrary: fc.constant(nothing) });

const byType: Readonly<Record<string, (schema: Schema, at: At) => Arbitrary>> = {
  object: ({ _zod: { def } }, at) =>
    fc.record(
      Object.fromEntries(
        Object.entries(def['shape'] as Record<string, Schema>).map(([field, inner]) => [
          field,
          valid(inner, { ...at, field }),
        ]),
      ),
    ),
  optional: ({ _zod: { def } }, at) => maybe(valid(def['innerType'], at), undefined),
  default: ({ _zod: { def } }, at) => maybe(valid(def['innerType'], at), undefined),
  nullable: ({ _zod: { def } }, at) => maybe(valid(def['innerType'], at), null),
  array: ({ _zod: { def } }, at) => fc.array(valid(def['element'], at), { maxLength: 3 }),
  record: ({ _zod: { def } }, at) =>
    fc.dictionary(valid(def['keyType'], at) as fc.Arbitrary<string>, valid(def['valueType'], at), { maxKeys: 4 }),
  union: ({ _zod: { def } }, at) => fc.oneof(...(def['options'] as Schema[]).map((option) => valid(option, at))),
  pipe: ({ _zod: { def } }, at) => valid(def['in']._zod.def.type === 'transform' ? def['out'] : def['in'], at),
  enum: ({ _zod: { def } }) => fc.constantFrom(...Object.values(def['entries'] as Record<string, string>)),
  literal: ({ _zod: { def } }) => fc.constantFrom(...(def['values'] as unknown[])),
  boolean: () => fc.boolean(),
  unknown: () => anyJson,
  null: () => fc.constant(null),
  number: numberOf,
  string: stringOf,
};

/** What hangs together, and by chance hardly would. */
const together: Readonly<Record<string, Arbitrary>> = {
  conditions: fc.constantFrom(
    { match: 'ALL', of: [] },
    { match: 'ANY', of: [{ field: 'title', op: 'CONTAINS', value: '👩‍👩‍👧 \u0130' }] },
    { match: 'ALL', of: [{ match: 'ANY', of: [{ field: 'status', op: 'CHANGED', value: { from: ['OPEN'] } }] }] },
  ),
};

const MISSES_MAX = 1_000;

function valid(schema: Schema, at: At): Arbitrary {
  const { type } = schema._zod.def;
  const known = together[at.field];
  if (known && type !== 'optional' && type !== 'default') return known;
  const make = byType[type];
  if (!make) throw new Error(`no inputs are known for a schema of type ${type}, of ${at.field}`);
  let misses = 0;
  return make(schema, at).filter((value) => {
    if (asZod(schema).safeParse(value).success) misses = 0;
    else if (++misses > MISSES_MAX)
      throw new Error(`hardly any input is right for ${at.field}: ${JSON.stringify(value)}`);
    return misses === 0;
  });
}

/** Inputs that the schema accepts. */
export const validInputs = ({ path, input }: Procedure, words: Vocabulary): Arbitrary => {
  if (!input) return fc.constant(undefined);
  const inputs = valid(asSchema(input), { words, field: '' });
  return /^rules\.(create|update)$/.test(path) ? inputs.map(asleep) : inputs;
};

/** Rules that are on act upon what other calls do, when those are long answered: what those write could not be told apart. */
function asleep(input: unknown): unknown {
  const { patch, ...rest } = input as { patch?: object };
  return patch ? { ...rest, patch: { ...patch, active: false } } : { ...rest, active: false };
}

/** The names of the strings in an input. */
function namesIn(schema: Schema, field: string): string[] {
  const { def } = schema._zod;
  if (def['shape'])
    return Object.entries(def['shape'] as Record<string, Schema>).flatMap(([name, inner]) => namesIn(inner, name));
  const inner = [def['innerType'], def['element'], def['in'], ...(def['options'] ?? [])] as (Schema | undefined)[];
  return [...(def.type === 'string' ? [field] : []), ...inner.flatMap((one) => (one ? namesIn(one, field) : []))];
}
export const stringNames = ({ input }: Procedure): string[] =>
  input ? [...new Set(namesIn(asSchema(input), ''))] : [];

const secrets = { accessToken: 'accessToken', refreshToken: 'refreshToken' } as const;

/** Makes everything that the inputs of this procedure name. */
export async function vocabularyOf(procedure: Procedure, pool: Pool): Promise<Vocabulary> {
  const ids = new Map<string, Ids>();
  for (const field of stringNames(procedure)) {
    const [thing = secrets[field as keyof typeof secrets]] = thingsAt(procedure.path, field) ?? [];
    if (thing && !(field === 'key' && procedure.type === 'mutation')) ids.set(field, await pool.ids(thing));
  }
  const given = new Map<string, string[]>();
  if (procedure.path === 'auth.login')
    given.set(
      'email',
      Object.values(pool.callers).map(({ person }) => person.email),
    );
  return { ids, given };
}
