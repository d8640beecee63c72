import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  RuleConditions,
  ruleFields,
  ruleOperators,
  ruleOperatorsOf,
  RuleTest,
  type RuleGroup,
} from '../../../contract/ruleCondition.js';
import { conditionsHold, type RuleFacts, type Scalar } from '../../../server/features/rules/conditions.js';
import { statusesOver } from '../../../server/features/rules/ticketsOver.js';

const NOW = new Date('2026-11-27T12:00:00.000Z');
type Known = Readonly<Record<string, { kind: string; options?: readonly string[] }>>;
const known: Known = ruleFields;
const fields = [...Object.keys(ruleFields), 'customFields.a'];
const kindOf = (field: string): string => known[field]?.kind ?? 'CUSTOM';

const texts = ['', 'a', 'A', 'ab', 'B', 'ba', 'É', 'e\u0301'];
const days = ['2026-11-26', '2026-11-27', '2026-11-28', '2026-12-04'];
const valuesOfKind: Readonly<Record<string, readonly Scalar[]>> = {
  ID: ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'],
  TEXT: texts,
  NUMBER: [-1, 0, 1, 2.5],
  DAY: days,
  MOMENT: [-50, -1, 0, 1].map((hours) => new Date(NOW.getTime() + hours * 3_600_000).toISOString()),
  CUSTOM: [...texts, 0, 1, true, false, ...days],
};
const valuesFor = (field: string): readonly Scalar[] => valuesOfKind[kindOf(field)] ?? known[field]?.options ?? [];
const visible = (values: readonly Scalar[]) => values.filter((value) => value !== '');
const someOf = <Value>(values: readonly Value[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });

function aTest(field: string): fc.Arbitrary<unknown> {
  const listed = someOf(visible(valuesFor(field)));
  const range = fc.option(someOf([...visible(valuesFor(field)), null]), { nil: undefined });
  const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    IS: listed,
    IS_NOT: listed,
    CHANGED: fc.option(fc.record({ from: range, to: range }), { nil: undefined }),
    CONTAINS: fc.constantFrom('a', 'B', 'É', 'ab'),
    STARTS_WITH: fc.constantFrom('a', 'B', 'e\u0301'),
    LESS: fc.constantFrom(-1, 0, 1, 3),
    MORE: fc.constantFrom(-1, 0, 1, 3),
    WITHIN_DAYS: fc.integer({ min: -3, max: 8 }),
    OLDER_HOURS: fc.integer({ min: -2, max: 60 }),
    YOUNGER_HOURS: fc.integer({ min: -2, max: 60 }),
  };
  return fc
    .constantFrom(...ruleOperatorsOf(field))
    .chain((op) =>
      (values[op] ?? fc.constant(undefined)).map((value) => ({ field, op, ...(value !== undefined && { value }) })),
    );
}
const anyTest = fc.constantFrom(...fields).chain(aTest);
const groupOf = (inner: fc.Arbitrary<unknown>) =>
  fc.record({ match: fc.constantFrom('ALL', 'ANY'), of: fc.array(inner, { maxLength: 4 }) });
const anyConditions = groupOf(
  fc.oneof(anyTest, groupOf(fc.oneof(anyTest, groupOf(anyTest)))),
) as fc.Arbitrary<unknown> as fc.Arbitrary<RuleGroup>;

interface Said {
  readonly values: Scalar[];
  readonly change: { readonly before: Scalar | null; readonly after: Scalar | null } | null;
}
type World = Readonly<Record<string, Said>>;
const aWorld: fc.Arbitrary<World> = fc.record(
  Object.fromEntries(
    fields.map((field) => {
      const nullable = fc.constantFrom(...valuesFor(field), null);
      const own = fc.constantFrom(...valuesFor(field));
      const values = fc.uniqueArray(own, { maxLength: field === 'tags' ? 3 : 1 });
      return [field, fc.record({ values, change: fc.option(fc.record({ before: nullable, after: nullable })) })];
    }),
  ),
);
const factsOf = (world: World): RuleFacts => ({
  now: NOW,
  valuesOf: (field) => world[field]?.values,
  changeOf: (field) => world[field]?.change ?? null,
});

const plain = (value: unknown) => (typeof value === 'string' ? value.normalize('NFC').toLowerCase() : value);
const textOf = (value: Scalar) => (typeof value === 'string' ? String(plain(value)) : null);
const hoursAgo = (value: Scalar) => (NOW.getTime() - Date.parse(String(value))) / 3_600_000;
const isDay = (value: Scalar) => typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value);
const daysAhead = (value: Scalar) => (Date.parse(`${String(value)}T00:00Z`) - Date.parse('2026-11-27T00:00Z')) / 864e5;

/** What the words of the contract say, one value after the other, without any table of the engine. */
function byHand({ field, op, value: given }: RuleTest, world: World): boolean {
  const { values, change } = world[field]!;
  const isLoose = kindOf(field) === 'TEXT';
  const same = (a: unknown, b: unknown) => (isLoose ? plain(a) === plain(b) : a === b);
  const [list, limit, part] = [given as unknown[], given as number, String(plain(given))];
  if (op === 'CHANGED') {
    if (!change) return false;
    const { from, to } = (given ?? {}) as { from?: unknown[]; to?: unknown[] };
    const fits = (wanted: unknown[] | undefined, is: unknown) => !wanted || wanted.some((one) => same(one, is));
    return fits(from, change.before) && fits(to, change.after);
  }
  if (op === 'IS') return values.some((value) => list.some((one) => same(one, value)));
  if (op === 'IS_NOT') return values.every((value) => !list.some((one) => same(one, value)));
  if (op === 'EMPTY') return values.length === 0;
  if (op === 'NOT_EMPTY') return values.length !== 0;
  if (op === 'CONTAINS') return values.some((value) => textOf(value)?.includes(part) ?? false);
  if (op === 'STARTS_WITH') return values.some((value) => textOf(value)?.indexOf(part) === 0);
  if (op === 'LESS') return values.some((value) => typeof value === 'number' && value < limit);
  if (op === 'MORE') return values.some((value) => typeof value === 'number' && value > limit);
  if (op === 'WITHIN_DAYS') return values.some((value) => isDay(value) && daysAhead(value) <= limit);
  if (op === 'OLDER_HOURS') return values.some((value) => hoursAgo(value) > limit);
  return values.some((value) => hoursAgo(value) < limit);
}
const everyWay = (group: RuleGroup, world: World): boolean => {
  const answers = group.of.map((one) => ('match' in one ? everyWay(one, world) : byHand(one, world)));
  return group.match === 'ALL' ? !answers.includes(false) : answers.includes(true);
};

describe('conditions', () => {
  it('hold exactly when they do word by word', () => {
    fc.assert(
      fc.property(anyConditions, aWorld, (conditions, world) => {
        const parsed = RuleConditions.parse(conditions);
        expect(conditionsHold(parsed, factsOf(world))).toBe(everyWay(parsed, world));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never rule out a status in which they can hold', () => {
    fc.assert(
      fc.property(anyConditions, aWorld, (conditions, world) => {
        const [status] = world['status']!.values;
        const unchanged = { ...factsOf(world), changeOf: () => null };
        const isPassed = status === 'CLOSED' && !JSON.stringify(conditions).includes('"status"');
        if (status === undefined || isPassed || conditionsHold(conditions, unchanged) !== true) return;
        expect(statusesOver({ conditions: RuleConditions.parse(conditions) }, NOW)).toContain(status);
      }),
      { numRuns: 1_000 },
    );
  });

  it('ask of each field what there is to ask of it, and nothing else', () => {
    for (const field of fields) {
      const allowed = ruleOperatorsOf(field);
      for (const op of ruleOperators.filter((one) => !allowed.includes(one)))
        expect(RuleTest.safeParse({ field, op, value: 1 }).success, `${field} ${op}`).toBe(false);
    }
    const refused = [
      { field: 'status', op: 'IS', value: ['DONE'] },
      { field: 'status', op: 'IS', value: 'OPEN' },
      { field: 'status', op: 'IS' },
      { field: 'title', op: 'CONTAINS', value: '' },
      { field: 'title', op: 'MATCHES', value: '.*' },
      { field: 'storyPoints', op: 'MORE', value: 'x' },
      { field: 'storyPoints', op: 'EMPTY', value: 1 },
      { field: 'nothing', op: 'EMPTY' },
      { field: 'customFields.A', op: 'EMPTY' },
    ];
    expect(refused.filter((test) => RuleTest.safeParse(test).success)).toEqual([]);
  });

  it('are bounded in depth and number', () => {
    const empty = { field: 'dueDate', op: 'EMPTY' };
    const nested = (depth: number) =>
      Array.from({ length: depth }).reduce<unknown>((inner) => ({ match: 'ALL', of: [inner] }), empty);
    const many = (groups: number) => {
      const of = Array.from({ length: 10 }, () => empty);
      return { match: 'ALL', of: Array.from({ length: groups }, () => ({ match: 'ANY', of })) };
    };
    const fits = [nested(3), nested(4), many(5), many(6)].map((one) => RuleConditions.safeParse(one).success);
    expect(fits).toEqual([true, false, true, false]);
  });
});
