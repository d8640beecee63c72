import { z } from 'zod';
import { visibilities, ruleEvents, ruleScopes, runOutcomes } from './enums.js';
import { limits } from './limits.js';
import { newTicket } from './newTicket.js';
import { RuleConditions, testsIn } from './ruleCondition.js';
import { TagName } from './tag.js';
import { Category, Priority, TicketPatch, TicketType } from './ticket.js';
import {
  count,
  ExpectedVersion,
  Id,
  Instant,
  LatestFirst,
  listInput,
  longText,
  mutationInput,
  page,
  PositionSort,
  text,
} from './text.js';

/** `cron` has five fields and is meant in `timezone`. */
export const RuleTrigger = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('EVENT'), types: z.array(z.enum(ruleEvents)).min(1).max(ruleEvents.length) }),
  z.strictObject({
    kind: z.literal('SCHEDULE'),
    cron: text(limits.ruleCronLength),
    timezone: text(64),
    over: z.enum(ruleScopes),
  }),
]);
export type RuleTrigger = z.infer<typeof RuleTrigger>;

const { parentId: _, title: _t, description: _d, ...settable } = TicketPatch.shape;
const note = text(limits.ruleNoteLength);
const people = z.array(Id).min(1).max(limits.ruleListMax);

/** In texts `{key}` and `{title}` stand for those of the ticket. */
export const RuleAction = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('SET'),
    patch: z
      .strictObject(settable)
      .refine((patch) => Object.values(patch).some((value) => value !== undefined), 'sets nothing'),
  }),
  z.strictObject({ kind: z.literal('DUE_IN'), days: z.int().min(0).max(3_650) }),
  /** Without `replace` only a ticket that nobody has. */
  z.strictObject({
    kind: z.literal('ASSIGN'),
    to: z.discriminatedUnion('strategy', [
      z.strictObject({ strategy: z.literal('PERSON'), userId: Id }),
      z.strictObject({ strategy: z.literal('LEAST_LOADED') }),
      z.strictObject({ strategy: z.literal('ROUND_ROBIN') }),
    ]),
    replace: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('UNASSIGN') }),
  z.strictObject({ kind: z.literal('TAG'), tags: z.array(TagName).min(1).max(limits.tagsOfTicket) }),
  z.strictObject({ kind: z.literal('UNTAG'), tags: z.array(TagName).min(1).max(limits.tagsOfTicket) }),
  z.strictObject({
    kind: z.literal('COMMENT'),
    content: text(limits.textLength),
    visibility: z.enum(visibilities).default('INTERNAL'),
  }),
  /** Staff of the project alone are told. */
  z.strictObject({
    kind: z.literal('NOTIFY'),
    note,
    people: people.optional(),
    assignees: z.boolean().default(false),
    watchers: z.boolean().default(false),
  }),
  /** Sends the ticket as it is then to a webhook of the project, as `rule.acted`, whatever types it is told of else. */
  z.strictObject({ kind: z.literal('WEBHOOK'), webhookId: Id }),
  z.strictObject({
    kind: z.literal('OPEN_TICKET'),
    title: text(limits.titleLength),
    description: longText().default(newTicket.description),
    type: TicketType.default(newTicket.type),
    priority: Priority.default(newTicket.priority),
    category: Category.default(newTicket.category),
  }),
]);
export type RuleAction = z.output<typeof RuleAction>;

export const WorkflowRule = z.object({
  id: Id,
  projectId: Id,
  name: z.string(),
  description: z.string(),
  trigger: RuleTrigger,
  conditions: RuleConditions,
  actions: z.array(RuleAction),
  active: z.boolean(),
  position: count,
  /** Who saved it last: comments and tickets that it makes are theirs. */
  ownerId: Id,
  ownerName: z.string(),
  /** Of a scheduled one that is active. */
  nextRunAt: Instant.nullable(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type WorkflowRule = z.infer<typeof WorkflowRule>;
export const RuleReply = WorkflowRule.extend({ seq: z.int() });
export type RuleReply = z.infer<typeof RuleReply>;

const fields = {
  name: text(limits.ruleNameLength),
  description: longText(limits.reasonLength),
  trigger: RuleTrigger,
  conditions: RuleConditions,
  actions: z.array(RuleAction).min(1).max(limits.ruleActionsMax),
  active: z.boolean(),
  /** Those of smaller numbers come first, and the later ones see what they did. */
  position: count,
};
export const ListRulesInput = listInput({ projectId: Id, sort: PositionSort });
export const RulePage = page(WorkflowRule);
export const CreateRuleInput = mutationInput({
  projectId: Id,
  ...fields,
  description: fields.description.default(''),
  conditions: fields.conditions.default({ match: 'ALL', of: [] }),
  active: fields.active.default(true),
  position: fields.position.optional(),
});
export type CreateRuleInput = z.output<typeof CreateRuleInput>;
export const UpdateRuleInput = mutationInput({
  ruleId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
export type UpdateRuleInput = z.output<typeof UpdateRuleInput>;
export const DeleteRuleInput = mutationInput({ ruleId: Id });

/** What became of one action. `NOTHING`: it was so already. `REFUSED`: it cannot be, and why. */
export const ActionResult = z.object({
  kind: z.string(),
  result: z.enum(['DONE', 'NOTHING', 'REFUSED', 'STOPPED']),
  why: z.string().nullable(),
});
export type ActionResult = z.infer<typeof ActionResult>;

/** One that changed something, or should have. `firstSeq` to `lastSeq` are the events that it made. */
export const RuleRun = z.object({
  id: Id,
  projectId: Id,
  ruleId: Id,
  ruleName: z.string(),
  /** The event that set it off; null for a scheduled one. */
  eventId: Id.nullable(),
  eventSeq: z.int().nullable(),
  ticketId: Id.nullable(),
  ticketKey: z.string().nullable(),
  /** The event, or the scheduled run, that all of it goes back to, and over how many rules. */
  rootId: Id,
  depth: z.int(),
  outcome: z.enum(runOutcomes),
  actions: z.array(ActionResult),
  firstSeq: z.int().nullable(),
  lastSeq: z.int().nullable(),
  createdAt: Instant,
});
export type RuleRun = z.infer<typeof RuleRun>;
export const ListRunsInput = listInput({
  sort: LatestFirst,
  projectId: Id,
  ruleId: Id.optional(),
  ticketId: Id.optional(),
  outcome: z.array(z.enum(runOutcomes)).min(1).max(runOutcomes.length).optional(),
});
export const RunPage = page(RuleRun);

/**
 * What a rule, saved or not, would have done upon the last events of the project that can set it off: each by itself, on the ticket as the event tells of
 * it, or, where it does not, as it is now. A scheduled one: on the tickets as they are now. Nothing is written.
 */
export const DryRunInput = mutationInput({
  projectId: Id,
  ruleId: Id.optional(),
  rule: z.strictObject({ trigger: RuleTrigger, conditions: RuleConditions, actions: fields.actions }).optional(),
  events: z.int().min(1).max(limits.dryRunEvents).default(100),
}).refine(({ ruleId, rule }) => (ruleId === undefined) !== (rule === undefined), 'wants either ruleId or rule');
export type DryRunInput = z.output<typeof DryRunInput>;
export const DryRunReply = z.object({
  /** How many events, or tickets, were looked at; of which seq the oldest was. */
  looked: count,
  fromSeq: z.int().nullable(),
  items: z.array(
    z.object({
      /** Null for a schedule. */
      seq: z.int().nullable(),
      type: z.string().nullable(),
      at: Instant,
      ticketId: Id,
      ticketKey: z.string(),
      actions: z.array(ActionResult),
    }),
  ),
});
export type DryRunReply = z.infer<typeof DryRunReply>;

/** Whether its conditions ask for the field at all. */
export const asksFor = (conditions: RuleConditions, field: string): boolean =>
  testsIn(conditions).some((test) => test.field === field);
