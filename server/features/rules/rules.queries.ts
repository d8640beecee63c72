import type { z } from 'zod';
import { runOutcomes } from '../../../contract/enums.js';
import type { ListRulesInput, ListRunsInput, RuleRun, WorkflowRule as Presented } from '../../../contract/rule.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { WorkflowRun } from '../../db/models/WorkflowRun.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { standingIn } from '../projects/projects.queries.js';
import { decodeRule, ruleColumns, ruleOrder } from './ruleRows.js';
import { canSeeRules } from './rules.policy.js';
import { presentRule, presentRun, type RunRow } from './rules.present.js';

const listed = statement(
  'rules.list',
  `SELECT ${ruleColumns} WHERE r.project_id = $1 AND r.deleted_at IS NULL AND (r.position, r.id) > ($2, $3)
   ORDER BY ${ruleOrder} LIMIT $4`,
);

/** The rules of a project, in the order in which they act. @throws NOT_FOUND not inside of it; FORBIDDEN not of its staff. */
export async function listRules(
  db: Database,
  actor: Actor,
  { projectId, limit, cursor }: z.output<typeof ListRulesInput>,
): Promise<Page<Presented>> {
  demand(canSeeRules(await standingIn(db.all, actor, projectId)));
  const [position = -1, id = ''] = decodeCursor(cursor, ['number', 'string']) ?? [];
  const rows = await db.all(listed, [projectId, position, id, limit + 1]);
  return toPage(rows.map(decodeRule), limit, (row) => [row.position, row.id], presentRule);
}

/** Each narrowing a range of an index of its own, newest first. */
const runsBy = (what: string, condition: string) =>
  statement(
    `rules.runs.${what}`,
    (
      d,
    ) => `SELECT n.*, r.name AS rule_name, t.key AS ticket_key FROM workflow_runs n JOIN workflow_rules r ON r.id = n.rule_id
     LEFT JOIN tickets t ON t.id = n.ticket_id AND t.project_id = n.project_id
     WHERE n.project_id = $1 AND n.id < $2 AND ${d.anyOf('n.outcome', '$3')} ${condition} ORDER BY n.id DESC LIMIT $4`,
  );
const runs = {
  all: runsBy('all', ''),
  rule: runsBy('rule', 'AND n.rule_id = $5'),
  ticket: runsBy('ticket', 'AND n.ticket_id = $5'),
  both: runsBy('both', 'AND n.rule_id = $5 AND n.ticket_id = $6'),
};

/** After every id. */
const END = 'g';

function decodeRun(raw: object): RunRow {
  const { rule_name, ticket_key, ...columns } = raw as { rule_name: string; ticket_key: string | null };
  return { ...decodeRow(WorkflowRun, columns), ruleName: rule_name, ticketKey: ticket_key };
}

/** What the rules of a project did, newest first. @throws NOT_FOUND not inside of it; FORBIDDEN not of its staff. */
export async function listRuns(
  db: Database,
  actor: Actor,
  { projectId, ruleId, ticketId, outcome = [...runOutcomes], limit, cursor }: z.output<typeof ListRunsInput>,
): Promise<Page<RuleRun>> {
  demand(canSeeRules(await standingIn(db.all, actor, projectId)));
  const [before = END] = decodeCursor(cursor, ['string']) ?? [];
  const narrowed = [ruleId, ticketId].filter((id) => id !== undefined);
  const which =
    narrowed.length === 2 ? 'both' : ruleId !== undefined ? 'rule' : ticketId !== undefined ? 'ticket' : 'all';
  const rows = await db.all(runs[which], [projectId, before, outcome, limit + 1, ...narrowed]);
  return toPage(rows.map(decodeRun), limit, ({ id }) => [id], presentRun);
}
