import { z } from 'zod';
import { severities, sharePermissions, validationLogLevels, validationSorts, validationStatuses } from './enums.js';
import { limits } from './limits.js';
import {
  count,
  ExpectedVersion,
  Id,
  Instant,
  InstantInput,
  isStorable,
  listInput,
  listSort,
  mutationInput,
  page,
  text,
  wantedText,
} from './text.js';
import { wholeRecord } from './wholeRecord.js';

export const ValidationStatus = z.enum(validationStatuses);
export type ValidationStatus = z.infer<typeof ValidationStatus>;
export const SharePermission = z.enum(sharePermissions);
export type SharePermission = z.infer<typeof SharePermission>;
export const Severity = z.enum(severities);
export type Severity = z.infer<typeof Severity>;

/** What may follow each status. What failed may be tried again; nothing else comes back. */
export const validationTransitions: Readonly<Record<ValidationStatus, readonly ValidationStatus[]>> = {
  PENDING: ['RUNNING', 'CANCELLED'],
  RUNNING: ['COMPLETED', 'FAILED', 'CANCELLED'],
  FAILED: ['RUNNING'],
  COMPLETED: [],
  CANCELLED: [],
};

/** Reads back as it was given on both databases. Written as JSON: escaped signs are found there too. */
const isStorableJson = (value: unknown): boolean => {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' || value === null;
  return Object.entries(value).every(([name, one]) => isStorable(name) && isStorableJson(one));
};
const isShort = (max: number) => (value: unknown) => (JSON.stringify(value) ?? '').length <= max;

/** Any JSON value. */
export const jsonValue = (max: number = limits.comparedJson) =>
  z
    .unknown()
    .refine(isStorableJson, 'is no JSON value, or holds a NUL or a lone surrogate')
    .refine(isShort(max), `is longer than ${max} characters as JSON`);
export const jsonObject = (max: number = limits.validationJson) =>
  wholeRecord(
    z
      .record(z.string(), z.unknown())
      .refine(isStorableJson, 'is no JSON object, or holds a NUL or a lone surrogate')
      .refine(isShort(max), `is longer than ${max} characters as JSON`),
  );
const JsonObject = z.record(z.string(), z.unknown());

export const BySeverity = z.object({ LOW: count, MEDIUM: count, HIGH: count, CRITICAL: count });
export type BySeverity = z.infer<typeof BySeverity>;

/** A comparison of two systems. `fidelityScore`: matched of compared, over all results; null while nothing was compared. */
export const ValidationSession = z.object({
  id: Id,
  name: z.string(),
  sourceTechnology: z.string(),
  targetTechnology: z.string(),
  status: ValidationStatus,
  /** In percent. */
  progress: z.int().min(0).max(100),
  /** Null: the system itself. */
  ownerId: Id.nullable(),
  ownerName: z.string().nullable(),
  projectId: Id.nullable(),
  compared: z.int(),
  matched: z.int(),
  fidelityScore: z.number().nullable(),
  /** Those first found in this session. */
  discrepancies: BySeverity,
  tests: count,
  testsPassed: count,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  archivedAt: Instant.nullable(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type ValidationSession = z.infer<typeof ValidationSession>;

const StatusChange = z.object({
  from: ValidationStatus.nullable(),
  to: ValidationStatus,
  reason: z.string().nullable(),
  changedBy: Id.nullable(),
  changedByName: z.string(),
  changedAt: Instant,
});
export const ValidationShare = z.object({
  userId: Id,
  name: z.string(),
  permission: SharePermission,
  createdAt: Instant,
});
export type ValidationShare = z.infer<typeof ValidationShare>;
/** `statusChanges`: the last hundred, oldest first. `canEdit`: the caller may write results and findings into it. */
export const ValidationSessionDetail = ValidationSession.extend({
  request: JsonObject,
  response: JsonObject.nullable(),
  metadata: JsonObject,
  statusChanges: z.array(StatusChange),
  shares: z.array(ValidationShare),
  canEdit: z.boolean(),
});
export type ValidationSessionDetail = z.infer<typeof ValidationSessionDetail>;

const technology = text(limits.technologyLength);
/** Without `projectId` it is one's own, and of those it is shared with. */
export const CreateValidationInput = mutationInput({
  name: text(limits.nameLength),
  sourceTechnology: technology,
  targetTechnology: technology,
  projectId: Id.optional(),
  request: jsonObject().default({}),
  metadata: jsonObject().default({}),
});
export type CreateValidationInput = z.output<typeof CreateValidationInput>;
export const ValidationIdInput = z.strictObject({ sessionId: Id });

/** `technology`: of the source or of the target, in any case. `from` is inclusive, `to` is not: when it was made. Pages from 1. */
export const ListValidationsInput = z.strictObject({
  status: z.array(ValidationStatus).min(1).optional(),
  technology: technology.optional(),
  projectId: Id.optional(),
  text: wantedText().optional(),
  archived: z.boolean().default(false),
  from: InstantInput.optional(),
  to: InstantInput.optional(),
  sort: z
    .strictObject({ by: z.enum(validationSorts), dir: z.enum(['asc', 'desc']) })
    .default({ by: 'createdAt', dir: 'desc' }),
  page: z.int().min(1).max(limits.listPagesMax).default(1),
  limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
});
export const ValidationPage = z.object({
  items: z.array(ValidationSession),
  total: z.int(),
  page: z.int(),
  pages: z.int(),
});
export type ValidationPage = z.infer<typeof ValidationPage>;

/** The status it has already, with another `progress` or `response`, is no transition. */
export const SetValidationStatusInput = mutationInput({
  sessionId: Id,
  status: ValidationStatus,
  progress: z.int().min(0).max(100).optional(),
  response: jsonObject().optional(),
  reason: text(limits.reasonLength).optional(),
  expectedVersion: ExpectedVersion,
});
export type SetValidationStatusInput = z.output<typeof SetValidationStatusInput>;

const LogLevel = z.enum(validationLogLevels);
export const AppendValidationLogInput = mutationInput({
  sessionId: Id,
  lines: z
    .array(z.strictObject({ level: LogLevel.default('INFO'), message: text(limits.logLineLength) }))
    .min(1)
    .max(limits.logLinesMax),
});
export type AppendValidationLogInput = z.output<typeof AppendValidationLogInput>;
/** `seq`: of the last line. */
export const AppendValidationLogReply = z.object({ seq: z.int() });
/** Of a session lines are numbered from 1; the last 10,000 are kept. */
export const ValidationLogLine = z.object({
  seq: z.int(),
  level: LogLevel,
  message: z.string(),
  createdBy: Id.nullable(),
  at: Instant,
});
export const LogSort = listSort(['seq']);
export const ListValidationLogsInput = listInput({ sessionId: Id, level: LogLevel.optional(), sort: LogSort });
export const ValidationLogPage = page(ValidationLogLine);
export type ValidationLogPage = z.infer<typeof ValidationLogPage>;

export const DeleteValidationInput = mutationInput({ sessionId: Id, reason: text(limits.reasonLength).optional() });
export const ArchiveValidationInput = mutationInput({ sessionId: Id, archived: z.boolean().default(true) });
/** `permission` null takes it back. Customers cannot be let in. */
export const ShareValidationInput = mutationInput({
  sessionId: Id,
  userId: Id,
  permission: SharePermission.nullable(),
});
export type ShareValidationInput = z.output<typeof ShareValidationInput>;
export const ShareValidationReply = z.object({ shares: z.array(ValidationShare) });

const exportFormat = z.enum(['csv', 'json']);
export const ValidationExportPart = z.enum(['RESULTS', 'DISCREPANCIES', 'TESTS', 'LOGS']);
/** `cursor` as the page before gave it. CSV is safe to be opened by a spreadsheet; JSON is exact, a list of objects. */
export const ExportValidationInput = z.strictObject({
  sessionId: Id,
  part: ValidationExportPart.default('DISCREPANCIES'),
  format: exportFormat,
  cursor: z.string().max(500).optional(),
});
export type ExportValidationInput = z.output<typeof ExportValidationInput>;
export const ValidationExport = z.object({
  format: exportFormat,
  text: z.string(),
  rows: count,
  nextCursor: z.string().nullable(),
});
export type ValidationExport = z.infer<typeof ValidationExport>;
