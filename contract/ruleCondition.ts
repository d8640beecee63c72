import { z } from 'zod';
import {
  assignmentStates,
  categories,
  priorities,
  ticketStatuses,
  ticketTypes,
  visibilities,
  waitingOns,
} from './enums.js';
import { limits } from './limits.js';
import { Id, text } from './text.js';

/** Who set it off, as they stand to the ticket; `SYSTEM`: nobody, but a rule or the system. */
export const ruleActors = ['REPORTER', 'ASSIGNEE', 'SYSTEM'] as const;

/**
 * What a condition can ask about, by the kind of what it holds. Every field holds a list: of most one value or none, of tags many.
 * A moment is asked for its age in hours, a day for how many days from today (UTC) it is at most.
 */
export const ruleFields = {
  type: { kind: 'CHOICE', options: ticketTypes },
  status: { kind: 'CHOICE', options: ticketStatuses },
  priority: { kind: 'CHOICE', options: priorities },
  category: { kind: 'CHOICE', options: categories },
  waitingOn: { kind: 'CHOICE', options: waitingOns },
  assignmentState: { kind: 'CHOICE', options: assignmentStates },
  actor: { kind: 'CHOICE', options: ruleActors },
  commentVisibility: { kind: 'CHOICE', options: visibilities },
  assigneeId: { kind: 'ID' },
  reporterId: { kind: 'ID' },
  departmentId: { kind: 'ID' },
  requiredSkillId: { kind: 'ID' },
  title: { kind: 'TEXT' },
  description: { kind: 'TEXT' },
  comment: { kind: 'TEXT' },
  tags: { kind: 'TEXT' },
  storyPoints: { kind: 'NUMBER' },
  estimatedHours: { kind: 'NUMBER' },
  dueDate: { kind: 'DAY' },
  createdAt: { kind: 'MOMENT' },
  updatedAt: { kind: 'MOMENT' },
  firstResponseAt: { kind: 'MOMENT' },
  resolvedAt: { kind: 'MOMENT' },
} as const satisfies Readonly<Record<string, { readonly kind: FieldKind; readonly options?: readonly string[] }>>;

export type RuleField = keyof typeof ruleFields | `customFields.${string}`;
export type FieldKind = 'CHOICE' | 'ID' | 'TEXT' | 'NUMBER' | 'DAY' | 'MOMENT' | 'CUSTOM';

export const ruleOperators = [
  ...(['IS', 'IS_NOT', 'EMPTY', 'NOT_EMPTY', 'CHANGED', 'CONTAINS', 'STARTS_WITH', 'LESS', 'MORE'] as const),
  ...(['WITHIN_DAYS', 'OLDER_HOURS', 'YOUNGER_HOURS'] as const),
] as const;
export type RuleOperator = (typeof ruleOperators)[number];

const always = ['EMPTY', 'NOT_EMPTY', 'CHANGED'] as const;
const operatorsOf: Readonly<Record<FieldKind, readonly RuleOperator[]>> = {
  CHOICE: ['IS', 'IS_NOT', ...always],
  ID: ['IS', 'IS_NOT', ...always],
  TEXT: ['IS', 'IS_NOT', 'CONTAINS', 'STARTS_WITH', ...always],
  NUMBER: ['IS', 'IS_NOT', 'LESS', 'MORE', ...always],
  DAY: ['WITHIN_DAYS', ...always],
  MOMENT: ['OLDER_HOURS', 'YOUNGER_HOURS', ...always],
  CUSTOM: ['IS', 'IS_NOT', 'CONTAINS', 'STARTS_WITH', 'LESS', 'MORE', 'WITHIN_DAYS', ...always],
};

export const fieldKind = (field: string): FieldKind | null =>
  field.startsWith('customFields.')
    ? 'CUSTOM'
    : Object.hasOwn(ruleFields, field)
      ? ruleFields[field as keyof typeof ruleFields].kind
      : null;

/** What can be asked of a field, for forms; none of one that there is not. */
export const ruleOperatorsOf = (field: string): readonly RuleOperator[] => {
  const kind = fieldKind(field);
  return kind === null ? [] : operatorsOf[kind];
};

const words = text(limits.searchLength);
const scalar = z.union([words, z.number(), z.boolean()]);
const number = z.number().min(-1_000_000).max(1_000_000);
const wantedBy: Readonly<Record<RuleOperator, (kind: FieldKind, options: readonly string[] | undefined) => z.ZodType>> =
  {
    IS: listOf,
    IS_NOT: listOf,
    EMPTY: () => z.undefined(),
    NOT_EMPTY: () => z.undefined(),
    CHANGED: (kind, options) => {
      const values = valueOf(kind, options).nullable().array().min(1).max(limits.ruleListMax).optional();
      return z.strictObject({ from: values, to: values }).optional();
    },
    CONTAINS: () => words,
    STARTS_WITH: () => words,
    LESS: () => number,
    MORE: () => number,
    WITHIN_DAYS: () => number.int(),
    OLDER_HOURS: () => number,
    YOUNGER_HOURS: () => number,
  };

function valueOf(kind: FieldKind, options: readonly string[] | undefined): z.ZodType {
  if (kind === 'CHOICE') return z.enum(options ?? []);
  if (kind === 'ID') return Id;
  return kind === 'NUMBER' ? number : kind === 'CUSTOM' ? scalar : words;
}
function listOf(kind: FieldKind, options: readonly string[] | undefined): z.ZodType {
  return valueOf(kind, options).array().min(1).max(limits.ruleListMax);
}

const scalars = z.array(scalar.nullable()).min(1).max(limits.ruleListMax);

/**
 * One question about a field. `IS` holds when any of its values is in the list, `IS_NOT` when none is; `CHANGED` when what set the rule off
 * changed it, and, where they are given, from one of these values to one of those (null: none). Texts and tags are compared without case.
 */
export const RuleTest = z
  .strictObject({
    field: z.union([
      z.enum(Object.keys(ruleFields) as [keyof typeof ruleFields]),
      z.templateLiteral(['customFields.', z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/)]),
    ]),
    op: z.enum(ruleOperators),
    value: z
      .union([
        words,
        z.number(),
        z.boolean(),
        scalars,
        z.strictObject({ from: scalars.optional(), to: scalars.optional() }),
      ])
      .optional(),
  })
  .superRefine(({ field, op, value }, context) => {
    const kind = fieldKind(field) ?? 'CUSTOM';
    if (!operatorsOf[kind].includes(op)) {
      context.addIssue({ code: 'custom', path: ['op'], message: `${field} takes ${operatorsOf[kind].join(', ')}` });
      return;
    }
    const options =
      kind === 'CHOICE'
        ? (ruleFields[field as keyof typeof ruleFields] as { options?: readonly string[] }).options
        : undefined;
    const checked = wantedBy[op](kind, options).safeParse(value);
    for (const { path, message } of checked.error?.issues ?? [])
      context.addIssue({ code: 'custom', path: ['value', ...path], message: `for ${field} ${op}: ${message}` });
  });
export type RuleTest = z.infer<typeof RuleTest>;

const groupOf = <Inner extends z.ZodType>(inner: Inner) =>
  z.strictObject({ match: z.enum(['ALL', 'ANY']), of: z.array(inner).max(limits.ruleListMax) });
const Inner = groupOf(RuleTest);
const Middle = groupOf(z.union([RuleTest, Inner]));

export interface RuleGroup {
  match: 'ALL' | 'ANY';
  of: (RuleTest | RuleGroup)[];
}

export const testsIn = (group: RuleGroup): RuleTest[] =>
  group.of.flatMap((one) => ('match' in one ? testsIn(one) : [one]));

/** Groups in groups, three deep. All of none holds, any of none does not. */
export const RuleConditions = groupOf(z.union([RuleTest, Middle])).refine(
  (group) => testsIn(group).length <= limits.ruleTestsMax,
  `asks more than ${limits.ruleTestsMax} questions`,
);
export type RuleConditions = z.infer<typeof RuleConditions>;
