import type { ActionResult } from '../../../contract/rule.js';
import type { runOutcomes } from '../../../contract/enums.js';
import { ruleActor, type Actor } from '../../kernel/actor.js';
import type { Effect, Situation } from './acting.js';
import { planAction } from './actions.js';
import { conditionsHold } from './conditions.js';
import { factsOf, type Cause } from './facts.js';
import type { Knowledge } from './knowledge.js';
import type { RuleRow } from './rules.present.js';

/** What a rule does upon one cause. */
export interface Doing {
  readonly rule: RuleRow;
  readonly actor: Actor;
  readonly outcome: (typeof runOutcomes)[number];
  readonly results: readonly ActionResult[];
  readonly effects: readonly Effect[];
  /** Whom it gave the ticket, when it goes round. */
  readonly lastAssigneeId: string | null;
}

interface Scene {
  readonly rules: readonly RuleRow[];
  readonly cause: Cause;
  readonly know: Knowledge;
  readonly at: Date;
}

/**
 * What rules would do, in their order, each on what those before have left; no I/O. A rule whose actions would leave everything as it
 * is is not in the list. Once nothing more may be done the one that wanted to is the last.
 */
export function simulate({ rules, cause, know, at }: Scene, situation: Situation): Doing[] {
  const doings: Doing[] = [];
  for (const rule of rules) {
    const facts = situation.state && factsOf(situation.state, cause, at);
    if (facts && conditionsHold(rule.conditions, facts) !== true) continue;
    const doing = act(rule, know, at, situation);
    if (doing) doings.push(doing);
    if (doing?.outcome === 'STOPPED') break;
  }
  return doings;
}

function act(rule: RuleRow, know: Knowledge, at: Date, situation: Situation): Doing | null {
  const actor = ruleActor(rule.name);
  const results: ActionResult[] = [];
  const effects: Effect[] = [];
  let lastAssigneeId: string | null = null;
  for (const action of rule.actions) {
    const step = planAction(action, { rule, actor, at, know, situation });
    if (step.result === 'DONE' && situation.budget <= 0) {
      results.push({ kind: action.kind, result: 'STOPPED', why: null });
      break;
    }
    results.push({ kind: action.kind, result: step.result, why: step.result === 'REFUSED' ? step.why : null });
    if (step.result !== 'DONE') continue;
    situation.budget--;
    effects.push(step.effect);
    if (step.effect.kind !== 'CHANGE') continue;
    const { plan } = step.effect;
    situation.state = plan.after;
    for (const [person, points] of plan.workload)
      situation.gained.set(person, (situation.gained.get(person) ?? 0) + points);
    if (action.kind === 'ASSIGN' && action.to.strategy === 'ROUND_ROBIN')
      lastAssigneeId = plan.started?.span.assigneeId ?? null;
  }
  const has = (result: ActionResult['result']) => results.some((one) => one.result === result);
  const outcome = has('STOPPED') ? 'STOPPED' : has('REFUSED') ? 'FAILED' : 'DONE';
  if (outcome === 'DONE' && effects.length === 0) return null;
  return { rule, actor, outcome, results, effects, lastAssigneeId };
}
