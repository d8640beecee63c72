import type { ProjectRole } from '../../../contract/project.js';
import type { SharePermission } from '../../../contract/validation.js';
import { decodeRow } from '../../db/decodeRow.js';
import { ValidationSession } from '../../db/models/ValidationSession.js';
import { ValidationStatusChange } from '../../db/models/ValidationStatusChange.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { personOf, type Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { moveMetrics } from './sessionMetrics.js';
import { canSeeSession, canValidate, type SessionStanding } from './validations.policy.js';
import type { SessionRow } from './validations.present.js';

const counters = ['nLow', 'nMedium', 'nHigh', 'nCritical', 'tests', 'testsPassed'] as const;
const changeable = [
  ...(['status', 'progress', 'compared', 'matched', 'fidelityScore', 'logSeq', 'version'] as const),
  ...(['startedAt', 'finishedAt', 'archivedAt', 'deletedAt', 'deletedBy', 'deleteReason', 'updatedAt'] as const),
  ...counters,
] as const;
const fixed = [
  ...(['id', 'name', 'sourceTechnology', 'targetTechnology', 'sourceKey', 'targetKey', 'request'] as const),
  ...(['metadata', 'ownerId', 'projectId', 'createdAt'] as const),
] as const;
const insertSessionRow = insertRow(ValidationSession, [...fixed, ...changeable]);
const updateSessionRow = updateRow(ValidationSession, changeable);
const updateResponse = updateRow(ValidationSession, ['response'], 'response');
const insertChange = insertRow(ValidationStatusChange, [
  ...(['id', 'sessionId', 'fromStatus', 'toStatus', 'reason', 'changedBy', 'changedByName'] as const),
  ...(['createdAt', 'updatedAt'] as const),
]);

/** A technology as it is compared with others: without case, one form for what looks the same. */
export const technologyKey = (name: string): string => name.trim().normalize('NFC').toLowerCase().normalize('NFC');

export interface SessionSeen {
  readonly session: SessionRow;
  readonly standing: SessionStanding;
}
interface Beside {
  readonly owner_name: string | null;
  readonly actor_role: ProjectRole | null;
  readonly permission: SharePermission | null;
}

export function decodeSession(raw: object): SessionRow {
  const { owner_name, actor_role: _, permission: __, ...columns } = raw as Beside;
  return { ...decodeRow(ValidationSession, columns), ownerName: owner_name };
}

export const sessionBeside = `LEFT JOIN users u ON u.id = s.owner_id
   LEFT JOIN project_members m ON m.project_id = s.project_id AND m.user_id = $2
   LEFT JOIN validation_session_shares h ON h.session_id = s.id AND h.user_id = $2`;
const oneSession = statement(
  'validations.one',
  `SELECT s.*, u.name AS owner_name, m.role AS actor_role, h.permission FROM validation_sessions s ${sessionBeside}
   WHERE s.id = $1 AND s.deleted_at IS NULL`,
);
const lockSession = statement(
  'validations.lock',
  (d) =>
    `SELECT s.id FROM validation_sessions s WHERE s.id = $1 AND s.deleted_at IS NULL ${d.lock('NO KEY UPDATE', 's')}`,
);

/**
 * A session, and what the actor is to it.
 * @throws FORBIDDEN for customers; NOT_FOUND there is none, or none that the actor sees.
 */
export async function findSession(all: RunStatement, actor: Actor, sessionId: string): Promise<SessionSeen> {
  demand(canValidate(actor));
  const [raw] = await all<Beside>(oneSession, [sessionId, actor.userId]);
  if (!raw) throw notFound('validation');
  const session = decodeSession(raw);
  const standing: SessionStanding = {
    role: actor.role,
    projectRole: raw.actor_role,
    isOwner: session.ownerId === personOf(actor),
    ofProject: session.projectId !== null,
    permission: raw.permission,
  };
  if (!canSeeSession(standing)) throw notFound('validation');
  return { session, standing };
}

/** The same under the session's lock, which is the first that is taken: what is decided on is read behind it. */
export async function loadSession(unit: UnitOfWork, actor: Actor, sessionId: string): Promise<SessionSeen> {
  const [, seen] = await Promise.all([unit.all(lockSession, [sessionId]), findSession(unit.all, actor, sessionId)]);
  return seen;
}

const entryOf = ({ id, projectId }: SessionRow) => ({ entity: 'VALIDATION', entityId: id, projectId }) as const;

/** Puts a new session down with its first status, and counts it. */
export function insertSession(unit: UnitOfWork, actor: Actor, row: SessionRow): void {
  unit.send(insertSessionRow.statement, insertSessionRow.values(row));
  sendStatusChange(unit, actor, row, null, null);
  moveMetrics(unit, null, row);
  unit.record.audit({ ...entryOf(row), action: 'CREATED', after: row });
}

/** The only way in which a session changes: as the next version, with the kept metrics moved, and recorded. */
export function updateSession(unit: UnitOfWork, before: SessionRow, patch: Partial<SessionRow>): SessionRow {
  const row = { ...before, ...patch, version: before.version + 1, updatedAt: unit.at };
  unit.send(updateSessionRow.statement, updateSessionRow.values(row));
  if (patch.response !== undefined) unit.send(updateResponse.statement, updateResponse.values(row));
  moveMetrics(unit, before, row);
  if (row.deletedAt === null) unit.record.audit({ ...entryOf(row), action: 'UPDATED', before, after: row });
  else unit.record.audit({ ...entryOf(row), action: 'DELETED', before: row });
  return row;
}

export function sendStatusChange(
  unit: UnitOfWork,
  actor: Actor,
  { id: sessionId, status: toStatus }: SessionRow,
  fromStatus: SessionRow['status'] | null,
  reason: string | null,
): void {
  const by = { changedBy: personOf(actor), changedByName: actor.name };
  const stamps = { createdAt: unit.at, updatedAt: unit.at };
  unit.send(
    insertChange.statement,
    insertChange.values({ id: newId(), sessionId, fromStatus, toStatus, reason, ...by, ...stamps }),
  );
}
