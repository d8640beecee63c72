import type { z } from 'zod';
import { runOutcomes } from '../../../contract/enums.js';
import type { ListRulesInput, ListRunsInput, RuleRun, WorkflowRule as Presented } from '../../../contract/rule.js';
import { LatestFirst, PositionSort, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { WorkflowRun } from '../../db/models/WorkflowRun.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { toPage } from '../keysetPage.js';
import { madeAs, numbered, sortedList } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';
import { decodeRule, ruleColumns } from './ruleRows.js';
import { canSeeRules } from './rules.policy.js';
import { presentRule, presentRun, type RunRow } from './rules.present.js';

const listed = sortedList(
  'rules.list',
  PositionSort,
  { position: [numbered('r.position', 'position'), madeAs('r.id', 'id')] },
  2,
  ({ after, orderBy }) => `SELECT ${ruleColumns} WHERE r.project_id = $1 AND r.deleted_at IS NULL AND ${after}
   ORDER BY ${orderBy} LIMIT $2`,
);

/** The rules of a project, in the order in which they act unless `sort` says otherwise. @throws NOT_FOUND not inside of it; FORBIDDEN not of its staff. */
export async function listRules(
  db: Database,
  actor: Actor,
  { projectId, sort, limit, cursor }: z.output<typeof ListRulesInput>,
): Promise<Page<Presented>> {
  demand(canSeeRules(await standingIn(db.all, actor, projectId)));
  const { statement, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(statement, [projectId, limit + 1, ...values]);
  return toPage(rows.map(decodeRule), limit, cursorOf, presentRule);
}

/** Each narrowing a range of an index of its own. */
const runsBy = (what: string, own: number, condition: string) =>
  sortedList(
    `rules.runs.${what}`,
    LatestFirst,
    { createdAt: [madeAs('n.id', 'id')] },
    own,
    (
      { after, orderBy },
      d,
    ) => `SELECT n.*, r.name AS rule_name, t.key AS ticket_key FROM workflow_runs n JOIN workflow_rules r ON r.id = n.rule_id
     LEFT JOIN tickets t ON t.id = n.ticket_id AND t.project_id = n.project_id
     WHERE n.project_id = $1 AND ${after} AND ${d.anyOf('n.outcome', '$2')} ${condition} ORDER BY ${orderBy} LIMIT $3`,
  );
const runs = {
  all: runsBy('all', 3, ''),
  rule: runsBy('rule', 4, 'AND n.rule_id = $4'),
  ticket: runsBy('ticket', 4, 'AND n.ticket_id = $4'),
  both: runsBy('both', 5, 'AND n.rule_id = $4 AND n.ticket_id = $5'),
};

function decodeRun(raw: object): RunRow {
  const { rule_name, ticket_key, ...columns } = raw as { rule_name: string; ticket_key: string | null };
  return { ...decodeRow(WorkflowRun, columns), ruleName: rule_name, ticketKey: ticket_key };
}

/** What the rules of a project did. @throws NOT_FOUND not inside of it; FORBIDDEN not of its staff. */
export async function listRuns(
  db: Database,
  actor: Actor,
  { projectId, ruleId, ticketId, outcome = [...runOutcomes], sort, limit, cursor }: z.output<typeof ListRunsInput>,
): Promise<Page<RuleRun>> {
  demand(canSeeRules(await standingIn(db.all, actor, projectId)));
  const narrowed = [ruleId, ticketId].filter((id) => id !== undefined);
  const which =
    narrowed.length === 2 ? 'both' : ruleId !== undefined ? 'rule' : ticketId !== undefined ? 'ticket' : 'all';
  const { statement, values, cursorOf } = runs[which](sort, cursor);
  const rows = await db.all(statement, [projectId, outcome, limit + 1, ...narrowed, ...values]);
  return toPage(rows.map(decodeRun), limit, cursorOf, presentRun);
}
