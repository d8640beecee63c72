import { limits } from '../../../contract/limits.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { ruleActor, systemActor } from '../../kernel/actor.js';
import type { ProjectEntry } from '../../realtime/eventLog.js';
import type { Deps } from '../deps.js';
import { notify, wishesOf } from '../notifications/notify.js';
import { findPeople, findTickets, type LoadedTicket } from '../tickets/loadTicket.js';
import { peekTicket } from '../tickets/peekTicket.js';
import type { TicketState } from '../tickets/ticketPlan.js';
import { tagNames } from '../tickets/ticketTags.js';
import { rootOf, type Root } from './causes.js';
import { conditionsHold } from './conditions.js';
import { factsOf, type Cause } from './facts.js';
import { holdersNamed, isChoosing, isGoingRound, knowledgeFor, tagsNamedIn, type Knowledge } from './knowledge.js';
import { activeRules } from './ruleRows.js';
import type { RuleRow } from './rules.present.js';
import { aSituation } from './acting.js';
import { simulate, type Doing } from './simulate.js';
import { holdLoads, writeDoings } from './writeDoings.js';

/** Lets the rules of the event's project act upon it, in the consumer's transaction. */
export async function runRules(deps: Deps, unit: UnitOfWork, { event, isWithdrawn }: ProjectEntry): Promise<void> {
  const { projectId, ticketId } = event;
  if (ticketId === null || isWithdrawn) return;
  const rules = (await activeRules(unit.all, projectId)).filter(
    ({ trigger, sinceSeq }) =>
      trigger.kind === 'EVENT' && event.seq > sinceSeq && (trigger.types as readonly string[]).includes(event.type),
  );
  if (rules.length === 0) return;
  const [state, root] = await Promise.all([peekTicket(unit.all, ticketId), rootOf(unit.all, event)]);
  if (!state || state.row.projectId !== projectId) return;
  // None begins unless one of them does on the ticket as it is: most events end here.
  const facts = factsOf(state, event, unit.at);
  if (!rules.some(({ conditions }) => conditionsHold(conditions, facts) === true)) return;
  const glance = await lookAt(unit, rules, event, state, root);
  // What changes nothing locks nothing.
  if (glance.doings.length === 0) return;
  const writing = { projectId, projectKey: glance.know.projectKey, event, ticketId, ...root };
  if (root.depth > limits.ruleDepthMax) {
    await stop(deps, unit, writing, glance.doings[0], state, 'It went round in circles.');
    return;
  }
  const held = await hold(unit, projectId, ticketId, glance.doings, glance.know);
  if (!held) return;
  const { doings } = await lookAt(unit, rules, event, held, root);
  await holdLoads(unit, doings);
  const [last] = doings.slice(-1);
  const isStopped = last?.outcome === 'STOPPED';
  const left = await writeDoings(deps, unit, writing, isStopped ? doings.slice(0, -1) : doings, held);
  if (isStopped && left) await stop(deps, unit, writing, last, left, 'One cause led to too much.');
}

async function lookAt(
  unit: UnitOfWork,
  rules: readonly RuleRow[],
  cause: Cause,
  state: TicketState,
  { budget }: Root,
): Promise<{ doings: Doing[]; know: Knowledge }> {
  const actions = rules.flatMap((rule) => rule.actions);
  const { projectId, id } = state.row;
  const know = await knowledgeFor(unit.all, projectId, id, actions, unit.at);
  return { know, doings: simulate({ rules, cause, know, at: unit.at }, aSituation(state, budget)) };
}

// Whoever changes a rule holds its row when they take the project's number: it comes before those.
const lockRules = statement(
  'rules.lockSome',
  (d) =>
    `SELECT r.id FROM workflow_rules r WHERE ${d.anyOf('r.id', '$1')} ORDER BY r.id ${d.lock('NO KEY UPDATE', 'r')}`,
);

/** Rules that go round, people, then the ticket, then what tags are called: all that these will need, in the order that everybody keeps. */
export async function hold(
  unit: UnitOfWork,
  projectId: string,
  ticketId: string,
  doings: readonly Doing[],
  know: Knowledge,
): Promise<TicketState | null> {
  const actions = doings.flatMap(({ rule }) => rule.actions);
  if (isGoingRound(actions)) await unit.all(lockRules, [[...new Set(doings.map(({ rule }) => rule.id))]]);
  const chosen = isChoosing(actions) ? know.candidates.map(({ userId }) => userId) : [];
  const people = [...new Set([...holdersNamed(actions), ...chosen])];
  if (people.length > 0) await findPeople(unit, people);
  const one = (await findTickets(unit, systemActor, [ticketId])).get(ticketId);
  if (!isThere(one) || one.row.projectId !== projectId) return null;
  const tags = tagsNamedIn(actions);
  if (tags.length > 0) await tagNames(unit, tags);
  return one;
}

const isThere = (one: LoadedTicket | Error | undefined): one is LoadedTicket =>
  one !== undefined && !(one instanceof Error);

const isKnown = statement(
  'rules.isStopKnown',
  `SELECT 1 AS known FROM workflow_runs WHERE rule_id = $1 AND outcome = 'STOPPED' AND created_at >= $2 LIMIT 1`,
);
const leadsOf = statement(
  'rules.leads',
  `SELECT m.user_id FROM project_members m JOIN users u ON u.id = m.user_id AND u.active
   WHERE m.project_id = $1 AND m.role = 'LEAD' ORDER BY m.user_id`,
);

/** Writes that a rule was stopped, and tells the leads of it once, until the rule is changed. */
async function stop(
  deps: Deps,
  unit: UnitOfWork,
  writing: Parameters<typeof writeDoings>[2],
  doing: Doing | undefined,
  state: TicketState,
  why: string,
): Promise<void> {
  if (!doing) return;
  const { rule } = doing;
  const isDeep = writing.depth > limits.ruleDepthMax;
  const results = doing.results.map((one) =>
    isDeep || one.result === 'STOPPED' ? { ...one, result: 'STOPPED' as const, why } : one,
  );
  const known = (await unit.all(isKnown, [rule.id, rule.updatedAt])).length > 0;
  const effects = isDeep ? [] : doing.effects;
  await writeDoings(deps, unit, writing, [{ ...doing, outcome: 'STOPPED', results, effects }], state);
  deps.log.warn({ ruleId: rule.id, projectId: rule.projectId, rootId: writing.rootId, why }, 'a rule was stopped');
  if (known) return;
  const leads = (await unit.all<{ user_id: string }>(leadsOf, [rule.projectId])).map(({ user_id }) => user_id);
  const note = `The rule “${rule.name}” was stopped: ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
  const wishes = await wishesOf(deps, unit, leads);
  const news = leads.map((userId) => ({
    userId,
    kind: 'RULE' as const,
    ticket: state.row,
    rule: { id: rule.id, note },
  }));
  notify(unit, ruleActor(rule.name), wishes, news);
}
