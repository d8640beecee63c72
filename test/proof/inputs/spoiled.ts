import fc from 'fast-check';

/** What JSON can say and JavaScript cannot write, or would not. */
const raws = [
  '-0',
  '1e400',
  '-1e400',
  '1e-400',
  '2147483648',
  '-2147483649',
  '9007199254740993',
  '1.7976931348623157e308',
  'NaN',
  '0x10',
  `${'['.repeat(40)}${']'.repeat(40)}`,
  `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
  `${'['.repeat(6_000)}${']'.repeat(6_000)}`,
  '{"__proto__":{"role":"ADMIN"}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"id":1,"id":2}',
  '"\\ud800"',
  '"\\u0000"',
  '"unfinished',
];
const rawMark = (nth: number): string => `@@raw${nth}@@`;
export const PROTO_MARK = '@@proto@@';

/** The text of an input, with what {@link spoiled} put into it. */
export const textOf = (input: unknown): string | undefined =>
  input === undefined
    ? undefined
    : JSON.stringify(input)
        .replace(/"@@raw(\d+)@@"/g, (_, nth: string) => raws[Number(nth)] ?? 'null')
        .replaceAll(`"${PROTO_MARK}"`, '"__proto__"');

const id = '01900000-0000-7000-8000-000000000001';
/** By what they are: names, numbers, lists, … */
const nasties: readonly unknown[] = Object.values({
  raw: raws.map((_, nth) => rawMark(nth)),
  blank: ['', ' ', '\t\n', '\u200b', '\u200b\u2060\ufeff', '\u3164', '\u0085'],
  unstorable: ['a\u0000b', 'x\udfff', '\ud800\ud800'],
  long: ['x'.repeat(501), 'x'.repeat(20_001), 'x'.repeat(70_000), '\u0301'.repeat(20_000), 'A'.repeat(300)],
  otherTypes: [null, true, 0, -1, 1.5, '1', 'true', [], {}, [[]], [null], ['a', 'b'], [{}]],
  sql: ["'; DROP TABLE tickets; --", "' OR '1'='1", '%\\', '\\', '%', '_', '$1', ':id', '?', '\\u0000'],
  search: ['"', '""*', '* -"'],
  operators: [
    { $ne: null },
    { $gt: '' },
    { $or: [{}] },
    { where: { id: { $ne: null } } },
    { val: '1' },
    { raw: '1=1' },
  ],
  orders: [
    { by: 'id; DROP TABLE tickets', dir: 'asc' },
    { by: 'password_hash', dir: 'asc' },
    [['id', 'DESC']],
    'id DESC',
  ],
  days: ['2024-02-30', '2024-13-01', '0000-01-01', '0999-12-31', '2026-01-01', 'now', 'infinity', 'epoch'],
  moments: ['2024-02-30T00:00:00Z', '+275760-09-13T00:00:00.001Z', '0001-01-01T00:00:00Z', '2016-12-31T23:59:60Z'],
  farMoments: ['9999-12-31T23:59:59-14:00', '10000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '2026-01-01T24:00:00Z'],
  ids: [
    '00000000-0000-0000-0000-000000000000',
    id,
    `${id}'`,
    `{${id}}`,
    id.replaceAll('-', ''),
    id.replaceAll(/\d/g, 'f'),
  ],
  keys: ['SUP-0', 'SUP-2147483648', 'SUP-9999999999', '../../etc/passwd', 'CON', '﹫'],
  addresses: ['javascript:alert(1)', 'http://[', 'a@b'],
  cursors: ['W10', 'WyIiXQ', 'bnVsbA', 'e30', `${id}.99999999999`, `${id}.2147483648`],
}).flat();
const keys = [
  ...'id role where order attributes limit passwordHash userId version toString hasOwnProperty constructor'.split(' '),
  'prototype',
  PROTO_MARK,
  '',
  'a\u0000',
  '$where',
  'idempotencyKey',
];

type Path = readonly (string | number)[];

function* pathsIn(value: unknown, at: Path = []): Generator<Path> {
  yield at;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== undefined) yield* pathsIn(inner, [...at, Array.isArray(value) ? Number(key) : key]);
  }
}

/** A copy with what `change` makes of the value there; `undefined` takes it out. */
function changed(value: unknown, [key, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((inner: unknown, nth) => (nth === key ? changed(inner, rest, change) : inner));
  const record = value as Record<string, unknown>;
  return { ...record, [key]: changed(record[key], rest, change) };
}

/** A string as somebody sends it who tries: cut, another case, another encoding of the same, a list that it holds with others in it. */
const twists: readonly ((text: string) => unknown)[] = [
  (text) => text.slice(0, -1),
  (text) => text.toUpperCase(),
  (text) => ` ${text} `,
  (text) => [text],
  (text) => ({ id: text }),
  (text) => `${text}\u0000`,
  (text) => `${text}\ud800`,
  (text) => twistedCursor(text, () => 'x'),
  (text) => twistedCursor(text, () => -1),
  (text) => twistedCursor(text, () => 1e308),
  (text) => twistedCursor(text, (part) => `${String(part)}\u0000`),
  (text) => twistedCursor(text, (part) => `${String(part)}\ud800`),
  (text) => twistedCursor(text, (part) => (typeof part === 'string' ? "2024-02-30T00:00:00.000Z' --" : 0.5)),
  (text) => twistedCursor(text, (part) => (typeof part === 'string' ? '' : 2 ** 53)),
  (text) => twistedCursor(text, (part) => (typeof part === 'string' ? '9999-99-99T99:99:99.999Z' : 2_147_483_648)),
];

/** Cursors of lists are JSON in base64; each value in them is made another. Other texts stay what they are. */
function twistedCursor(text: string, twist: (part: unknown) => unknown): string {
  try {
    const twisted: unknown = JSON.parse(Buffer.from(text, 'base64url').toString(), (_, part: unknown) =>
      part !== null && typeof part === 'object' ? part : twist(part),
    );
    return Buffer.from(JSON.stringify(twisted)).toString('base64url');
  } catch {
    return text;
  }
}

interface Spoil {
  readonly at: number;
  readonly how: 'replace' | 'twist' | 'remove' | 'add' | 'swap';
  readonly nasty: unknown;
  readonly key: string;
  readonly twist: number;
}

function spoil(input: unknown, { at, how, nasty, key, twist }: Spoil): unknown {
  const paths = [...pathsIn(input)];
  const path = paths[at % paths.length] ?? [];
  if (how === 'remove') return changed(input, path, () => undefined);
  if (how === 'replace') return changed(input, path, () => nasty);
  return changed(input, path, (value) => {
    if (how === 'twist' && typeof value === 'string') return twists[twist % twists.length]?.(value);
    if (how === 'add' && typeof value === 'object' && value !== null && !Array.isArray(value))
      return { ...value, [key]: nasty };
    if (how === 'swap' && typeof value === 'object' && value !== null) return swapped(value);
    return nasty;
  });
}

/** Each value under the name of the next: ids of other kinds, lists where a word is wanted. */
function swapped(value: object): unknown {
  const [names, values] = [Object.keys(value), Object.values(value) as unknown[]];
  const made = names.map((name, nth) => [name, values[(nth + 1) % values.length]] as const);
  return Array.isArray(value) ? made.map(([, inner]) => inner) : Object.fromEntries(made);
}

const aSpoil: fc.Arbitrary<Spoil> = fc.record({
  at: fc.nat(1_000),
  how: fc.constantFrom<Spoil['how'][]>('replace', 'replace', 'replace', 'twist', 'twist', 'remove', 'add', 'swap'),
  nasty: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...nasties) },
    { weight: 1, arbitrary: fc.jsonValue({ depthSize: 'small', noUnicodeString: false }) },
  ),
  key: fc.constantFrom(...keys),
  twist: fc.nat(100),
});

/** Inputs of which a third is right, and the others wrong in one place or two. */
export const inputsFrom = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 1, arbitrary: valid },
    {
      weight: 2,
      arbitrary: fc
        .tuple(valid, fc.array(aSpoil, { minLength: 1, maxLength: 2 }))
        .map(([input, spoils]) => spoils.reduce(spoil, input)),
    },
  );
