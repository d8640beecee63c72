import { z } from 'zod';
import { discrepancyStatuses, discrepancyTypes, validationResultKinds, validationResultStatuses } from './enums.js';
import { limits } from './limits.js';
import {
  count,
  Day,
  Id,
  Instant,
  listInput,
  listSort,
  longText,
  mutationInput,
  OldestFirst,
  page,
  text,
} from './text.js';
import { BySeverity, jsonObject, jsonValue, Severity } from './validation.js';

export const ValidationResultKind = z.enum(validationResultKinds);
export const ValidationResultStatus = z.enum(validationResultStatuses);
export const DiscrepancyType = z.enum(discrepancyTypes);
export type DiscrepancyType = z.infer<typeof DiscrepancyType>;
export const DiscrepancyStatus = z.enum(discrepancyStatuses);
export type DiscrepancyStatus = z.infer<typeof DiscrepancyStatus>;

/** One comparison within a session. `fidelityScore`: matched of compared; null when nothing was. */
export const ValidationResult = z.object({
  id: Id,
  sessionId: Id,
  kind: ValidationResultKind,
  status: ValidationResultStatus,
  compared: count,
  matched: count,
  fidelityScore: z.number().nullable(),
  details: z.record(z.string(), z.unknown()),
  createdAt: Instant,
});
export type ValidationResult = z.infer<typeof ValidationResult>;
/** `status` left out: SKIPPED when nothing was compared, PASSED when all matched, else FAILED. */
export const AddResultInput = mutationInput({
  sessionId: Id,
  kind: ValidationResultKind,
  status: ValidationResultStatus.optional(),
  compared: count,
  matched: count,
  details: jsonObject().default({}),
}).refine(({ compared, matched }) => matched <= compared, {
  path: ['matched'],
  message: 'more matched than were compared',
});
export type AddResultInput = z.output<typeof AddResultInput>;
export const ListResultsInput = listInput({ sessionId: Id, kind: ValidationResultKind.optional(), sort: OldestFirst });
export const ResultPage = page(ValidationResult);
export const ResultStatsInput = z.strictObject({ sessionId: Id });
const Sums = z.object({
  results: count,
  passed: count,
  failed: count,
  skipped: count,
  compared: z.int(),
  matched: z.int(),
  fidelityScore: z.number().nullable(),
});
/** Of a session as a whole, and by kind. `passRate`: of its behavioural tests; null without any. */
export const ResultStats = Sums.extend({
  byKind: z.array(Sums.extend({ kind: ValidationResultKind })),
  tests: count,
  testsPassed: count,
  passRate: z.number().nullable(),
  discrepancies: BySeverity,
});
export type ResultStats = z.infer<typeof ResultStats>;

const path = longText(limits.comparedPathLength);
/**
 * A difference, once for all times that it is found: `seen` counts them. `sessionId` found it first, `lastSessionId` last. TICKETED ones have a
 * ticket that nobody has finished or deleted; they are resolved with it.
 */
export const Discrepancy = z.object({
  id: Id,
  sessionId: Id,
  lastSessionId: Id,
  projectId: Id.nullable(),
  resultId: Id.nullable(),
  type: DiscrepancyType,
  severity: Severity,
  sourcePath: z.string(),
  targetPath: z.string(),
  expected: z.unknown(),
  actual: z.unknown(),
  fingerprint: z.string(),
  status: DiscrepancyStatus,
  ticketId: Id.nullable(),
  seen: count,
  lastSeenAt: Instant,
  decidedAt: Instant.nullable(),
  /** Null: with its ticket. */
  decidedBy: Id.nullable(),
  reason: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Discrepancy = z.infer<typeof Discrepancy>;
const Found = z.strictObject({
  type: DiscrepancyType,
  severity: Severity.default('MEDIUM'),
  sourcePath: path.default(''),
  targetPath: path.default(''),
  expected: jsonValue().default(null),
  actual: jsonValue().default(null),
});
export type FoundDiscrepancy = z.output<typeof Found>;
/** What is known already, in this session or open in its project, is counted, and not added again. */
export const AddDiscrepanciesInput = mutationInput({
  sessionId: Id,
  resultId: Id.optional(),
  discrepancies: z.array(Found).min(1).max(limits.findingsMax),
});
export type AddDiscrepanciesInput = z.output<typeof AddDiscrepanciesInput>;
/** `discrepancyIds` in the order of what was given. */
export const AddDiscrepanciesReply = z.object({
  sessionId: Id,
  added: count,
  seenAgain: count,
  discrepancyIds: z.array(Id),
});
export type AddDiscrepanciesReply = z.infer<typeof AddDiscrepanciesReply>;

/** Of a session, of a project, or of all that the caller sees. Of a session also those that it found again. */
export const ListDiscrepanciesInput = listInput({
  sort: OldestFirst,
  sessionId: Id.optional(),
  projectId: Id.optional(),
  status: z.array(DiscrepancyStatus).min(1).optional(),
  severity: z.array(Severity).min(1).optional(),
  type: z.array(DiscrepancyType).min(1).optional(),
});
export const DiscrepancyPage = page(Discrepancy);

/** UTC days, both inclusive. */
const days = { from: Day, to: Day };
export const inOrder = ({ from, to }: { from: string; to: string }): boolean =>
  from <= to && Date.parse(to) - Date.parse(from) < limits.statsDaysMax * 86_400_000;
export const daysMessage = `are not in order, or more than ${limits.statsDaysMax} days`;
export const TrendsInput = z
  .strictObject({ projectId: Id.optional(), sessionId: Id.optional(), ...days })
  .refine(({ projectId, sessionId }) => (projectId === undefined) !== (sessionId === undefined), {
    path: ['projectId'],
    message: 'either a project or a session',
  })
  .refine(inOrder, { path: ['to'], message: daysMessage });
/** One item a day: what was first found then, and what was resolved or waived then. */
export const Trends = z.object({ items: z.array(z.object({ day: Day, found: BySeverity, decided: count })) });
export type Trends = z.infer<typeof Trends>;

/**
 * Makes a ticket of each open discrepancy of a session, 1,000 at most in one call. `projectId`: where, for a session of no project. What has a
 * ticket gets no second one.
 */
export const OpenDiscrepanciesInput = mutationInput({
  sessionId: Id,
  projectId: Id.optional(),
  discrepancyIds: z.array(Id).min(1).max(limits.discrepancyTicketsMax).optional(),
  severity: z.array(Severity).min(1).optional(),
});
export type OpenDiscrepanciesInput = z.output<typeof OpenDiscrepanciesInput>;
/** `hasMore`: there are more than one call takes. */
export const OpenDiscrepanciesReply = z.object({
  opened: z.array(z.object({ discrepancyId: Id, ticketId: Id, key: z.string() })),
  hasMore: z.boolean(),
});
export type OpenDiscrepanciesReply = z.infer<typeof OpenDiscrepanciesReply>;

const discrepancyIds = z
  .array(Id)
  .min(1)
  .max(limits.findingsMax)
  .refine((ids) => new Set(ids).size === ids.length, 'names a discrepancy twice');
/** All or none, and none that has a ticket: it is resolved with that. */
export const ResolveDiscrepanciesInput = mutationInput({
  discrepancyIds,
  reason: text(limits.reasonLength).optional(),
});
export const WaiveDiscrepanciesInput = mutationInput({ discrepancyIds, reason: text(limits.reasonLength) });
export const DecideDiscrepanciesReply = z.object({ discrepancies: z.array(Discrepancy) });
export type DecideDiscrepanciesReply = z.infer<typeof DecideDiscrepanciesReply>;

export const BehavioralTest = z.object({
  id: Id,
  sessionId: Id,
  scenario: z.string(),
  expected: z.unknown(),
  actual: z.unknown(),
  passed: z.boolean(),
  durationMs: count,
  createdAt: Instant,
});
export type BehavioralTest = z.infer<typeof BehavioralTest>;
/** `passed` left out: when both are the same. */
const TestDone = z.strictObject({
  scenario: text(limits.titleLength),
  expected: jsonValue().default(null),
  actual: jsonValue().default(null),
  passed: z.boolean().optional(),
  durationMs: count.default(0),
});
export type TestDone = z.output<typeof TestDone>;
export const AddBehavioralTestsInput = mutationInput({
  sessionId: Id,
  tests: z.array(TestDone).min(1).max(limits.findingsMax),
});
export type AddBehavioralTestsInput = z.output<typeof AddBehavioralTestsInput>;
export const AddBehavioralTestsReply = z.object({ sessionId: Id, tests: z.array(BehavioralTest) });
export type AddBehavioralTestsReply = z.infer<typeof AddBehavioralTestsReply>;
export const ListBehavioralTestsInput = listInput({ sessionId: Id, passed: z.boolean().optional(), sort: OldestFirst });
export const BehavioralTestPage = page(BehavioralTest);

export const MetricsSort = listSort(['day'], 'desc');
/** Of the projects where the caller works; to administrators also of what is of no project. */
export const ValidationMetricsInput = listInput({
  sort: MetricsSort,
  projectId: Id.optional(),
  technology: text(limits.technologyLength).optional(),
  ...days,
}).refine(inOrder, { path: ['to'], message: daysMessage });
/** Sessions that were made on a day, by what they compare. `passRate`: of behavioural tests. */
export const ValidationMetrics = z.object({
  day: Day,
  sourceTechnology: z.string(),
  targetTechnology: z.string(),
  sessions: count,
  meanFidelity: z.number().nullable(),
  discrepancies: BySeverity,
  tests: count,
  testsPassed: count,
  passRate: z.number().nullable(),
});
export type ValidationMetrics = z.infer<typeof ValidationMetrics>;
export const ValidationMetricsPage = page(ValidationMetrics);

/** What a comparison came to, to whoever moved the data. The session holds the rest. */
export const ValidationSummary = z.object({
  sessionId: Id,
  compared: count,
  matched: count,
  fidelityScore: z.number().nullable(),
  differences: count,
  tests: count,
  testsPassed: count,
});
export type ValidationSummary = z.infer<typeof ValidationSummary>;
