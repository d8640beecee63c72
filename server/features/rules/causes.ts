import { limits } from '../../../contract/limits.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { ProjectEvent } from '../../../contract/event.js';

/** What all goes back to, and how far and how much it has come to already. */
export interface Root {
  readonly rootId: string;
  /** Of what is done upon it now; 1 upon what a person did. */
  readonly depth: number;
  /** How many actions may still be done. */
  readonly budget: number;
}

// Each run has its events without a gap, and none has those of another.
const runBehind = statement(
  'rules.runBehind',
  'SELECT first_seq, root_id, depth FROM workflow_runs WHERE project_id = $1 AND last_seq >= $2 ORDER BY last_seq LIMIT 1',
);
const spentOn = statement(
  'rules.spent',
  'SELECT CAST(coalesce(sum(action_count), 0) AS integer) AS spent FROM workflow_runs WHERE root_id = $1',
);

interface RunRow {
  readonly first_seq: number;
  readonly root_id: string;
  readonly depth: number;
}

/** Whether a rule made this event, and what that one went back to. */
export async function rootOf(all: RunStatement, { id, projectId, seq, actor }: ProjectEvent): Promise<Root> {
  const [run] = actor === null ? await all<RunRow>(runBehind, [projectId, seq]) : [];
  if (!run || run.first_seq > seq) return { rootId: id, depth: 1, budget: limits.ruleActionsOfCause };
  const [row] = await all<{ spent: number }>(spentOn, [run.root_id]);
  return { rootId: run.root_id, depth: run.depth + 1, budget: limits.ruleActionsOfCause - (row?.spent ?? 0) };
}
