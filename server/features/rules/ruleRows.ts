import type { ProjectRole } from '../../../contract/project.js';
import { decodeRow } from '../../db/decodeRow.js';
import { WorkflowRule } from '../../db/models/WorkflowRule.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { ProjectEventPayloads } from '../../../contract/event.js';
import { isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { canonicalJson } from '../../kernel/canonicalJson.js';
import { notFound } from '../../kernel/errors.js';
import { presentRule, type RuleRow } from './rules.present.js';

const changeable = [
  ...([
    'name',
    'description',
    'trigger',
    'conditions',
    'actions',
    'active',
    'position',
    'sinceSeq',
    'ownerId',
  ] as const),
  ...(['nextRunAt', 'version', 'deletedAt', 'deletedBy', 'updatedAt'] as const),
] as const;
export const insertRule = insertRow(WorkflowRule, ['id', 'projectId', 'createdAt', ...changeable]);
export const updateRuleRow = updateRow(WorkflowRule, changeable);

export function decodeRule(raw: object): RuleRow {
  const { owner_name, ...columns } = raw as { owner_name: string };
  return { ...decodeRow(WorkflowRule, columns), ownerName: owner_name };
}

export const ruleColumns = 'r.*, u.name AS owner_name FROM workflow_rules r JOIN users u ON u.id = r.owner_id';
/** In the order in which they act. */

const activeIn = statement(
  'rules.active',
  `SELECT ${ruleColumns} WHERE r.project_id = $1 AND r.deleted_at IS NULL AND r.active ORDER BY r.position, r.id`,
);
export const activeRules = async (all: RunStatement, projectId: string): Promise<RuleRow[]> =>
  (await all(activeIn, [projectId])).map(decodeRule);

const countIn = statement(
  'rules.count',
  `SELECT CAST(count(*) AS integer) AS rules, CAST(coalesce(max(r.position), -1) AS integer) AS last FROM workflow_rules r
   WHERE r.project_id = $1 AND r.deleted_at IS NULL`,
);
/** How many there are, and the last position that is taken. */
export async function rulesIn(all: RunStatement, projectId: string): Promise<{ rules: number; last: number }> {
  const [row] = await all<{ rules: number; last: number }>(countIn, [projectId]);
  return row ?? { rules: 0, last: -1 };
}

const projectOf = statement(
  'rules.project',
  'SELECT project_id FROM workflow_rules WHERE id = $1 AND deleted_at IS NULL',
);
/** Of which project a rule is; null: there is none. A rule never leaves its project. */
export async function projectOfRule(all: RunStatement, ruleId: string): Promise<string | null> {
  const [row] = await all<{ project_id: string }>(projectOf, [ruleId]);
  return row?.project_id ?? null;
}

const ruleById = statement('rules.byId', `SELECT ${ruleColumns} WHERE r.id = $1 AND r.deleted_at IS NULL`);
const roleIn = statement('rules.role', 'SELECT role FROM project_members WHERE project_id = $1 AND user_id = $2');

const lockOne = statement(
  'rules.lock',
  (d) => `SELECT r.id FROM workflow_rules r WHERE r.id = $1 ${d.lock('NO KEY UPDATE', 'r')}`,
);
/** Holds the rule's row: before the project's number is taken, as whoever acts by it does. */
export const holdRule = (unit: UnitOfWork, ruleId: string): Promise<object[]> => unit.all(lockOne, [ruleId]);

/** @throws NOT_FOUND there is none, or none that the actor sees. */
export async function seeRule(
  all: RunStatement,
  actor: Actor,
  ruleId: string,
): Promise<{ rule: RuleRow; standing: Standing }> {
  const [raw] = await all(ruleById, [ruleId]);
  const rule = raw && decodeRule(raw);
  const [membership] = rule ? await all<{ role: ProjectRole }>(roleIn, [rule.projectId, actor.userId]) : [];
  const standing = { role: actor.role, projectRole: membership?.role ?? null };
  if (!rule || !isStaff(standing)) throw notFound('rule');
  return { rule, standing };
}

/** What the audit log tells of a rule. */
export const auditedRule = ({ trigger, conditions, actions, ...row }: RuleRow) => ({
  ...row,
  trigger: canonicalJson(trigger),
  conditions: canonicalJson(conditions),
  actions: canonicalJson(actions),
});
/** A rule in the audit log. */
export const ruleEntry = ({ id, projectId }: RuleRow) => ({ entity: 'RULE', entityId: id, projectId }) as const;

type RuleEvent = Extract<keyof ProjectEventPayloads, `rule.${string}`>;
export const tellRule = (unit: UnitOfWork, type: RuleEvent, row: RuleRow, seq: number): void =>
  unit.record.append({
    seq,
    projectId: row.projectId,
    type,
    ticketId: null,
    audience: 'TEAM',
    reporterId: null,
    payload: { rule: presentRule(row) },
  });
