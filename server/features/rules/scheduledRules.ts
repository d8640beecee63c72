import { limits } from '../../../contract/limits.js';
import { decodeRow } from '../../db/decodeRow.js';
import { WorkflowRule } from '../../db/models/WorkflowRule.js';
import { statement } from '../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../db/unitOfWork.js';
import { systemActor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { repeat } from '../../kernel/repeat.js';
import type { Deps } from '../deps.js';
import { findPeople, findTickets } from '../tickets/loadTicket.js';
import type { TicketState } from '../tickets/ticketPlan.js';
import { tagNames } from '../tickets/ticketTags.js';
import { asksWatchers, holdersNamed, isChoosing, knowledgeFor, tagsNamedIn, watchersOf } from './knowledge.js';
import { decodeRule, ruleColumns } from './ruleRows.js';
import type { RuleRow } from './rules.present.js';
import { nextDue } from './schedule.js';
import { aSituation } from './acting.js';
import { simulate, type Doing } from './simulate.js';
import { ticketsOver } from './ticketsOver.js';
import { holdLoads, writeDoings, type Writing } from './writeDoings.js';

const EVERY_MS = 1_000;

const firstDue = statement(
  'rules.firstDue',
  (d) => `SELECT r.* FROM workflow_rules r WHERE r.next_run_at <= $1 AND r.active AND r.deleted_at IS NULL
   ORDER BY r.next_run_at, r.id LIMIT 1 ${d.name === 'postgres' ? 'FOR NO KEY UPDATE OF r SKIP LOCKED' : ''}`,
);
const ruleOf = statement('rules.due', `SELECT ${ruleColumns} WHERE r.id = $1`);
const archived = statement('rules.isArchived', 'SELECT is_archived FROM projects WHERE id = $1');
const setNext = statement('rules.setNext', 'UPDATE workflow_rules SET next_run_at = $2 WHERE id = $1');

const inUnit = <Result>(deps: Deps, work: (unit: UnitOfWork) => Promise<Result>): Promise<Result> =>
  inUnitOfWork(deps, { actor: systemActor, procedure: 'rules.schedule', input: {} }, work);

/**
 * Lets every rule act whose time has come, each once for all the times that it missed. May run on several nodes at once: the rule's
 * row is locked, and its next time is part of what is written. @returns how many acted.
 */
export async function runDueRules(deps: Deps): Promise<number> {
  for (let count = 0; ; count++) {
    let ruleId: string | null = null;
    try {
      const hasRun = await inUnit(deps, async (unit) => {
        const [raw] = await unit.all(firstDue, [unit.at]);
        if (!raw) return false;
        ({ id: ruleId } = decodeRow(WorkflowRule, raw));
        const [full] = await unit.all(ruleOf, [ruleId]);
        if (full) await runDue(deps, unit, decodeRule(full));
        return true;
      });
      if (!hasRun) return count;
    } catch (error) {
      if (ruleId === null || (error instanceof AppError && error.code === 'UNAVAILABLE')) throw error;
      deps.log.error({ ruleId, err: error }, 'a scheduled rule failed; it is left until its next time');
      await skip(deps, ruleId);
    }
  }
}

const skip = (deps: Deps, ruleId: string): Promise<void> =>
  inUnit(deps, async (unit) => {
    const [raw] = await unit.all(ruleOf, [ruleId]);
    if (raw) unit.send(setNext, [ruleId, nextDue(decodeRule(raw).trigger, unit.at)]);
  });

async function runDue(deps: Deps, unit: UnitOfWork, rule: RuleRow): Promise<void> {
  unit.send(setNext, [rule.id, nextDue(rule.trigger, unit.at)]);
  const [project] = await unit.all<{ is_archived: boolean | number }>(archived, [rule.projectId]);
  if (!project || project.is_archived || rule.trigger.kind !== 'SCHEDULE') return;
  if (rule.trigger.over === 'TICKETS') await overTickets(deps, unit, rule);
  else await overProject(deps, unit, rule);
}

const writingOf = (rule: RuleRow, projectKey: string, ticketId: string | null, rootId: string | null): Writing => ({
  projectId: rule.projectId,
  projectKey,
  event: null,
  ticketId,
  rootId,
  depth: 1,
});

async function overProject(deps: Deps, unit: UnitOfWork, rule: RuleRow): Promise<void> {
  const know = await knowledgeFor(unit.all, rule.projectId, null, rule.actions, unit.at);
  const situation = aSituation(null, limits.ruleActionsOfCause);
  const doings = simulate({ rules: [rule], cause: null, know, at: unit.at }, situation);
  await writeDoings(deps, unit, writingOf(rule, know.projectKey, null, null), doings, null);
}

async function overTickets(deps: Deps, unit: UnitOfWork, rule: RuleRow): Promise<void> {
  const { projectId, actions } = rule;
  // Of what is found some may turn out to be as the rule wants it: those cost nothing of what it may do.
  const { found } = await ticketsOver(unit.all, rule, unit.at, tooMany());
  if (found.length === 0) return;
  const know = await knowledgeFor(unit.all, projectId, null, actions, unit.at);
  const chosen = isChoosing(actions) ? know.candidates.map(({ userId }) => userId) : [];
  await findPeople(unit, [...new Set([...holdersNamed(actions), ...chosen])]);
  const held = await findTickets(
    unit,
    systemActor,
    found.map(({ row }) => row.id),
  );
  const tags = tagsNamedIn(actions);
  if (tags.length > 0) await tagNames(unit, tags);
  const isTold = asksWatchers(actions);
  const situation = aSituation(null, limits.ruleActionsOfCause);
  const pairs: { state: TicketState; doings: Doing[] }[] = [];
  let { lastAssigneeId } = rule;
  for (const state of held.values()) {
    if (state instanceof AppError || state.row.projectId !== projectId) continue;
    situation.state = state;
    const own = isTold ? { ...know, watchers: await watchersOf(unit.all, state.row.id) } : know;
    const doings = simulate({ rules: [{ ...rule, lastAssigneeId }], cause: null, know: own, at: unit.at }, situation);
    const [doing] = doings;
    // What there is no more room for waits for the next time.
    if (doing?.outcome === 'STOPPED' && doing.effects.length === 0) break;
    lastAssigneeId = doing?.lastAssigneeId ?? lastAssigneeId;
    pairs.push({ state, doings });
  }
  const all = pairs.flatMap(({ doings }) => doings);
  await holdLoads(unit, all);
  const rootId = newId();
  for (const { state, doings } of pairs)
    await writeDoings(deps, unit, writingOf(rule, know.projectKey, state.row.id, rootId), doings, state);
}

/** Twice as many tickets as can be acted upon. */
function tooMany(): () => boolean {
  let count = 0;
  return () => ++count >= 2 * limits.ruleActionsOfCause;
}

/** Lets scheduled rules act, within a second of their time, until the returned function is called. */
export const keepRulesOnTime = (deps: Deps): (() => void) =>
  repeat(EVERY_MS, async () => {
    try {
      if ((await runDueRules(deps)) > 0) deps.placeSoon();
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'scheduled rules could not be seen to; trying again in a second');
    }
  });
