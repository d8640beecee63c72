import type { ProjectRole } from '../../../contract/project.js';
import { limits } from '../../../contract/limits.js';
import { decodeRow } from '../../db/decodeRow.js';
import { SlaPolicy } from '../../db/models/SlaPolicy.js';
import { SlaTerms } from '../../db/models/SlaTerms.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { weekMsOf } from './businessTime.js';
import type { PolicyRow } from './sla.present.js';

const changeable = [
  'name',
  'priorities',
  'categories',
  'position',
  'active',
  'termsNo',
  'version',
  'updatedAt',
] as const;
export const insertPolicy = insertRow(SlaPolicy, ['id', 'projectId', 'createdAt', ...changeable]);
export const updatePolicy = updateRow(SlaPolicy, changeable);
export const retirePolicy = updateRow(
  SlaPolicy,
  ['active', 'deletedAt', 'deletedBy', 'version', 'updatedAt'],
  'retire',
);

const termsFields = ['firstResponseMinutes', 'resolveMinutes', 'warnFraction', 'calendar'] as const;
const insertTermsRow = insertRow(SlaTerms, ['id', 'policyId', 'no', ...termsFields, 'createdAt', 'updatedAt']);

/** Writes the terms that the policy has now as its `termsNo`. */
export const insertTerms = (unit: UnitOfWork, row: PolicyRow): void => {
  const { id: policyId, termsNo: no } = row;
  const terms = { ...row, id: newId(), policyId, no, createdAt: unit.at, updatedAt: unit.at };
  unit.send(insertTermsRow.statement, insertTermsRow.values(terms));
};

/** A policy in the audit log. */
export const policyEntry = ({ id, projectId }: PolicyRow) =>
  ({ entity: 'SLA_POLICY', entityId: id, projectId }) as const;

const fromPolicies = 'FROM sla_policies p JOIN sla_terms t ON t.policy_id = p.id AND t.no = p.terms_no';
export const policyColumns = `p.*, t.first_response_minutes, t.resolve_minutes, t.warn_fraction, t.calendar ${fromPolicies}`;

export function decodePolicy(raw: object): PolicyRow {
  const { first_response_minutes, resolve_minutes, warn_fraction, calendar, ...columns } = raw as Record<
    string,
    unknown
  >;
  const { firstResponseMinutes, resolveMinutes, warnFraction, ...terms } = decodeRow(SlaTerms, {
    first_response_minutes,
    resolve_minutes,
    warn_fraction,
    calendar,
  });
  return {
    ...decodeRow(SlaPolicy, columns),
    firstResponseMinutes,
    resolveMinutes,
    warnFraction,
    calendar: terms.calendar,
  };
}

const lockedPolicy = statement(
  'sla.lock',
  (d) => `SELECT ${policyColumns} WHERE p.id = $1 AND p.deleted_at IS NULL ${d.lock('UPDATE', 'p')}`,
);
// Asked once the lock is held: whoever waited for it would otherwise decide by what was true before.
const roleBesidePolicy = statement(
  'sla.role',
  `SELECT m.role FROM sla_policies p JOIN project_members m ON m.project_id = p.project_id AND m.user_id = $2
   WHERE p.id = $1`,
);

/**
 * The policy under its lock, and what the actor is in its project.
 * @throws NOT_FOUND there is none, or none that the actor sees.
 */
export async function loadPolicy(
  unit: UnitOfWork,
  actor: Actor,
  policyId: string,
): Promise<{ policy: PolicyRow; standing: Standing }> {
  const [[raw], [membership]] = await Promise.all([
    unit.all(lockedPolicy, [policyId]),
    unit.all<{ role: ProjectRole }>(roleBesidePolicy, [policyId, actor.userId]),
  ]);
  const standing = { role: actor.role, projectRole: membership?.role ?? null };
  if (!raw || !isStaff(standing)) throw notFound('SLA policy');
  return { policy: decodePolicy(raw), standing };
}

const findPolicies = statement(
  'sla.positions',
  'SELECT p.position FROM sla_policies p WHERE p.project_id = $1 AND p.deleted_at IS NULL',
);

export const positionsIn = async (unit: UnitOfWork, projectId: string): Promise<number[]> =>
  (await unit.all<{ position: number }>(findPolicies, [projectId])).map(({ position }) => position);

const MINUTE = 60_000;

/** @throws BAD_INPUT it promises nothing, or what its calendar leaves no time for. */
export function demandPromise({ firstResponseMinutes, resolveMinutes, calendar }: PolicyRow): void {
  if (firstResponseMinutes === null && resolveMinutes === null)
    throw new AppError('BAD_INPUT', 'A policy promises a first response, a solution, or both.', {
      field: 'firstResponseMinutes',
    });
  const most = Math.floor((weekMsOf(calendar) * limits.slaWeeksMax) / MINUTE);
  for (const [field, minutes] of Object.entries({ firstResponseMinutes, resolveMinutes }))
    if (minutes !== null && minutes > most)
      throw new AppError('BAD_INPUT', `With these hours that would take more than ${limits.slaWeeksMax} weeks.`, {
        field,
      });
}

const anyActive = 'SELECT 1 FROM sla_policies p WHERE p.project_id = $1 AND p.active AND p.deleted_at IS NULL';
const bumpRevision = statement(
  'sla.bumpRevision',
  (d) => `UPDATE project_counters SET sla_revision = CASE WHEN EXISTS (${anyActive}) THEN ${d.cast('$2', 'STRING')} END
   WHERE project_id = $1`,
);
const askReapplying = statement(
  'sla.askReapplying',
  `INSERT INTO sla_reapplying (project_id, after_no, created_at, updated_at) VALUES ($1, 0, $2, $2)
   ON CONFLICT (project_id) DO UPDATE SET after_no = 0, updated_at = $2`,
);

/** Lets tickets know, from now on, that the project's policies are others; with `reapply` those that are there already are given them too, soon. Comes last: it locks the counters. */
export function tellPolicies(unit: UnitOfWork, projectId: string, reapply: boolean): void {
  if (reapply) unit.send(askReapplying, [projectId, unit.at]);
  unit.send(bumpRevision, [projectId, newId()]);
}
