import type { Attributes } from 'sequelize';
import type {
  BehavioralTest,
  Discrepancy as PresentedDiscrepancy,
  ValidationResult,
} from '../../../contract/finding.js';
import type { ValidationSession as Presented, ValidationSessionDetail } from '../../../contract/validation.js';
import type { BehavioralTestResult } from '../../db/models/BehavioralTestResult.js';
import type { Discrepancy } from '../../db/models/Discrepancy.js';
import type { ValidationResult as ResultModel } from '../../db/models/ValidationResult.js';
import type { ValidationSession } from '../../db/models/ValidationSession.js';

export type SessionRow = Attributes<ValidationSession> & { readonly ownerName: string | null };
export type ResultRow = Attributes<ResultModel>;
export type DiscrepancyRow = Attributes<Discrepancy>;
export type TestRow = Attributes<BehavioralTestResult>;

const instant = (moment: Date | null): string | null => moment?.toISOString() ?? null;
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);
/** Matched of compared; null when nothing was. */
export const fidelityOf = (matched: number, compared: number): number | null =>
  compared === 0 ? null : matched / compared;

export const presentSession = (row: SessionRow): Presented => ({
  id: row.id,
  name: row.name,
  sourceTechnology: row.sourceTechnology,
  targetTechnology: row.targetTechnology,
  status: row.status,
  progress: row.progress,
  ownerId: row.ownerId,
  ownerName: row.ownerName,
  projectId: row.projectId,
  compared: row.compared,
  matched: row.matched,
  fidelityScore: row.fidelityScore,
  discrepancies: { LOW: row.nLow, MEDIUM: row.nMedium, HIGH: row.nHigh, CRITICAL: row.nCritical },
  tests: row.tests,
  testsPassed: row.testsPassed,
  startedAt: instant(row.startedAt),
  finishedAt: instant(row.finishedAt),
  archivedAt: instant(row.archivedAt),
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

type Beside = Pick<ValidationSessionDetail, 'statusChanges' | 'shares' | 'canEdit'>;
export const presentSessionDetail = (row: SessionRow, beside: Beside): ValidationSessionDetail => ({
  ...presentSession(row),
  request: row.request,
  response: row.response,
  metadata: row.metadata,
  ...beside,
});

export const presentResult = (row: ResultRow): ValidationResult => ({
  id: row.id,
  sessionId: row.sessionId,
  kind: row.kind,
  status: row.status,
  compared: row.compared,
  matched: row.matched,
  fidelityScore: row.fidelityScore,
  details: row.details,
  createdAt: row.createdAt.toISOString(),
});

const jsonOf = (text: string): unknown => JSON.parse(text);

export const presentDiscrepancy = (row: DiscrepancyRow): PresentedDiscrepancy => ({
  id: row.id,
  sessionId: row.sessionId,
  lastSessionId: row.lastSessionId,
  projectId: row.projectId,
  resultId: row.resultId,
  type: row.type,
  severity: row.severity,
  sourcePath: row.sourcePath,
  targetPath: row.targetPath,
  expected: jsonOf(row.expected),
  actual: jsonOf(row.actual),
  fingerprint: row.fingerprint,
  status: row.status,
  ticketId: row.ticketId,
  seen: row.seen,
  lastSeenAt: row.lastSeenAt.toISOString(),
  decidedAt: instant(row.decidedAt),
  decidedBy: row.decidedBy,
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const presentTest = (row: TestRow): BehavioralTest => ({
  id: row.id,
  sessionId: row.sessionId,
  scenario: row.scenario,
  expected: jsonOf(row.expected),
  actual: jsonOf(row.actual),
  passed: row.passed,
  durationMs: row.durationMs,
  createdAt: row.createdAt.toISOString(),
});
