import { tagKey } from '../../../contract/tagKey.js';
import { fieldKind, type RuleGroup, type RuleOperator, type RuleTest } from '../../../contract/ruleCondition.js';

export type Scalar = string | number | boolean;

/** What conditions are asked of. */
export interface RuleFacts {
  /** The values of a field: of most one or none; undefined: not known here. */
  readonly valuesOf: (field: string) => readonly Scalar[] | undefined;
  /** What the event changed of a field, each as a value or none; null: nothing. */
  readonly changeOf: (field: string) => { readonly before: Scalar | null; readonly after: Scalar | null } | null;
  readonly now: Date;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Texts are compared without case, in one form for what looks the same. */
const folded = (value: Scalar): Scalar =>
  typeof value === 'string' ? value.normalize('NFC').toLowerCase().normalize('NFC') : value;
const asIs = (value: Scalar): Scalar => value;
const formOf = (field: string): ((value: Scalar) => Scalar) => {
  if (field === 'tags') return (value) => tagKey(String(value));
  return fieldKind(field) === 'TEXT' ? folded : asIs;
};

const isText = (value: Scalar): value is string => typeof value === 'string';
const textsOf = (values: readonly Scalar[]): string[] => values.filter(isText).map((value) => String(folded(value)));
const someNumber = (values: readonly Scalar[], holds: (value: number) => boolean): boolean =>
  values.some((value) => typeof value === 'number' && holds(value));
const someMoment = (values: readonly Scalar[], holds: (ms: number) => boolean): boolean =>
  values.some((value) => isText(value) && !Number.isNaN(Date.parse(value)) && holds(Date.parse(value)));

type Asked = (values: readonly Scalar[], test: RuleTest, now: Date) => boolean;
const isAmong: Asked = (values, { field, value }) => {
  const form = formOf(field);
  const wanted = new Set((value as readonly Scalar[]).map(form));
  return values.some((one) => wanted.has(form(one)));
};
const endOfDay = (now: Date, days: number): number => (Math.floor(now.getTime() / DAY_MS) + 1 + days) * DAY_MS;

const asking: Readonly<Record<Exclude<RuleOperator, 'CHANGED'>, Asked>> = {
  IS: isAmong,
  IS_NOT: (...asked) => !isAmong(...asked),
  EMPTY: (values) => values.length === 0,
  NOT_EMPTY: (values) => values.length > 0,
  CONTAINS: (values, { value }) => textsOf(values).some((text) => text.includes(String(folded(value as string)))),
  STARTS_WITH: (values, { value }) => textsOf(values).some((text) => text.startsWith(String(folded(value as string)))),
  LESS: (values, { value }) => someNumber(values, (one) => one < Number(value)),
  MORE: (values, { value }) => someNumber(values, (one) => one > Number(value)),
  WITHIN_DAYS: (values, { value }, now) => someMoment(values, (ms) => ms < endOfDay(now, Number(value))),
  OLDER_HOURS: (values, { value }, now) => someMoment(values, (ms) => now.getTime() - ms > Number(value) * HOUR_MS),
  YOUNGER_HOURS: (values, { value }, now) => someMoment(values, (ms) => now.getTime() - ms < Number(value) * HOUR_MS),
};

function hasChanged({ field, value }: RuleTest, facts: RuleFacts): boolean {
  const change = facts.changeOf(field);
  if (!change) return false;
  const { from, to } = (value ?? {}) as { from?: readonly (Scalar | null)[]; to?: readonly (Scalar | null)[] };
  const form = formOf(field);
  const fits = (wanted: readonly (Scalar | null)[] | undefined, is: Scalar | null) =>
    wanted === undefined || wanted.some((one) => (one === null || is === null ? one === is : form(one) === form(is)));
  return fits(from, change.before) && fits(to, change.after);
}

/** Whether the test holds; null: that is not known from these facts. */
function answer(test: RuleTest, facts: RuleFacts): boolean | null {
  if (test.op === 'CHANGED') return hasChanged(test, facts);
  const values = facts.valuesOf(test.field);
  return values === undefined ? null : asking[test.op](values, test, facts.now);
}

/** Whether the conditions hold; null when that hangs on what is not known. All of none holds, any of none does not. */
export function conditionsHold({ match, of }: RuleGroup, facts: RuleFacts): boolean | null {
  const decisive = match === 'ANY';
  let result: boolean | null = !decisive;
  for (const one of of) {
    const held = 'match' in one ? conditionsHold(one, facts) : answer(one, facts);
    if (held === decisive) return decisive;
    if (held === null) result = null;
  }
  return result;
}
