import type { RuleAction, RuleTrigger } from '../../../contract/rule.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isStaff } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { editedValues } from '../customFields/fieldValues.js';
import { fieldsOf } from '../customFields/fieldRows.js';
import { readersIn } from '../notifications/notify.js';
import { webhooksNamed } from './knowledge.js';

interface Said {
  readonly projectId: string;
  readonly trigger: RuleTrigger;
  readonly actions: readonly RuleAction[];
}

const bad = (message: string): AppError => new AppError('BAD_INPUT', message, { field: 'actions' });

/** Whom the actions name. */
const peopleIn = (actions: readonly RuleAction[]): string[] =>
  actions.flatMap((action) => {
    if (action.kind === 'ASSIGN' && action.to.strategy === 'PERSON') return [action.to.userId];
    return action.kind === 'NOTIFY' ? (action.people ?? []) : [];
  });

const departmentsIn = statement('rules.departments', (d) => `SELECT id FROM departments WHERE ${d.anyOf('id', '$1')}`);
const skillsIn = statement('rules.skills', (d) => `SELECT id FROM skills WHERE ${d.anyOf('id', '$1')}`);

const webhooksIn = statement(
  'rules.webhooksThere',
  (d) => `SELECT id FROM webhooks WHERE ${d.anyOf('id', '$1')} AND project_id = $2 AND deleted_at IS NULL`,
);

/**
 * @throws BAD_INPUT the actions do not go with the trigger, or name somebody who does not work in the project, or what there is
 * not: in the same words whether it is elsewhere or nowhere.
 */
export async function demandSense(unit: UnitOfWork, { projectId, trigger, actions }: Said): Promise<void> {
  if (trigger.kind === 'SCHEDULE' && trigger.over === 'PROJECT' && actions.some(({ kind }) => kind !== 'OPEN_TICKET'))
    throw bad('A rule that goes over no tickets can open some, and nothing else.');
  for (const action of actions)
    if (action.kind === 'NOTIFY' && !action.people && !action.assignees && !action.watchers)
      throw bad('Somebody has to be told: people, assignees or watchers.');
  const named = [...new Set(peopleIn(actions))];
  const readers = await readersIn(unit, projectId, named);
  const staff = readers.filter((reader) => reader.active && isStaff(reader));
  if (staff.length < named.length) throw bad('It names somebody who does not work in this project.');
  const hooks = webhooksNamed(actions);
  const known = hooks.length === 0 ? [] : await unit.all(webhooksIn, [hooks, projectId]);
  if (known.length < hooks.length) throw bad('There is no such webhook.');
  await demandNouns(unit, projectId, actions);
}

async function demandNouns(unit: UnitOfWork, projectId: string, actions: readonly RuleAction[]): Promise<void> {
  const patches = actions.flatMap((action) => (action.kind === 'SET' ? [action.patch] : []));
  const idsOf = (name: 'departmentId' | 'requiredSkillId') => [
    ...new Set(patches.flatMap((patch) => patch[name] ?? [])),
  ];
  for (const [name, find, noun] of [
    ['departmentId', departmentsIn, 'department'],
    ['requiredSkillId', skillsIn, 'skill'],
  ] as const) {
    const ids = idsOf(name);
    if (ids.length > 0 && (await unit.all(find, [ids])).length < ids.length) throw bad(`There is no such ${noun}.`);
  }
  const customs = patches.flatMap(({ customFields }) => (customFields ? [customFields] : []));
  if (customs.length === 0) return;
  const fields = await fieldsOf(unit, [projectId]);
  for (const custom of customs) editedValues({}, custom, fields);
}
