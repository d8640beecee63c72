import type { ProjectRole } from '../../../contract/project.js';
import type { RuleAction } from '../../../contract/rule.js';
import { limitOf } from '../../../contract/planning.js';
import { tagKey } from '../../../contract/tagKey.js';
import type { UserRole } from '../../../contract/user.js';
import { decodeRow } from '../../db/decodeRow.js';
import { CustomField } from '../../db/models/CustomField.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { isStaff } from '../../kernel/actor.js';
import { isAwayNow } from '../../planner/presence.js';
import type { FieldRow } from '../customFields/customFields.present.js';
import { peopleOf, skillsOf } from '../proposals/planPeople.js';
import { absenceOf } from '../proposals/planSnapshot.js';

/** Somebody of the project who may be given its tickets. */
export interface Holder {
  readonly userId: string;
  readonly name: string;
}
/** One of those among whom a rule chooses. */
export interface Candidate extends Holder {
  readonly limit: number;
  readonly workload: number;
  readonly openTickets: number;
  readonly skillIds: ReadonlySet<string>;
}

/** What rules have to know besides the ticket, of one moment. */
export interface Knowledge {
  readonly projectKey: string;
  /** Who may hold tickets, of those who are named. */
  readonly named: ReadonlyMap<string, Holder>;
  /** By their ids; present ones only. */
  readonly candidates: readonly Candidate[];
  readonly fields: readonly FieldRow[];
  /** The names of the tags that there are, by key. */
  readonly tagNames: ReadonlyMap<string, string>;
  readonly watchers: readonly string[];
  /** Those of the named webhooks that are on. */
  readonly webhooks: ReadonlySet<string>;
}

const findNamed = statement(
  'rules.named',
  (d) => `SELECT u.id, u.name, u.role, u.active, m.role AS project_role FROM users u
   LEFT JOIN project_members m ON m.project_id = $1 AND m.user_id = u.id WHERE ${d.anyOf('u.id', '$2')}`,
);
const openOf = statement(
  'rules.openTickets',
  `SELECT s.value, s.n_open + s.n_in_progress + s.n_review AS tickets FROM ticket_stats s
   WHERE s.project_id = $1 AND s.dimension = 'ASSIGNEE'`,
);
const fieldsIn = statement('rules.fields', 'SELECT f.* FROM custom_fields f WHERE f.project_id = $1');
const tagsNamed = statement(
  'rules.tags',
  (d) => `SELECT g.name, g.name_key FROM tags g WHERE ${d.anyOf('g.name_key', '$1')}`,
);
const findWatchers = statement(
  'rules.watchers',
  'SELECT user_id FROM ticket_watchers WHERE ticket_id = $1 ORDER BY user_id',
);
const findWebhooks = statement(
  'rules.webhooksOn',
  (d) => `SELECT id FROM webhooks WHERE ${d.anyOf('id', '$1')} AND project_id = $2 AND active AND deleted_at IS NULL`,
);
const keyOf = statement('rules.projectKey', 'SELECT key FROM projects WHERE id = $1');

type Asked = readonly RuleAction[];

/** Whom actions would give tickets to, by name. */
export const holdersNamed = (actions: Asked): string[] =>
  actions.flatMap((action) => (action.kind === 'ASSIGN' && action.to.strategy === 'PERSON' ? [action.to.userId] : []));
export const isChoosing = (actions: Asked): boolean =>
  actions.some((action) => action.kind === 'ASSIGN' && action.to.strategy !== 'PERSON');
export const isGoingRound = (actions: Asked): boolean =>
  actions.some((action) => action.kind === 'ASSIGN' && action.to.strategy === 'ROUND_ROBIN');
export const tagsNamedIn = (actions: Asked): string[] =>
  actions.flatMap((action) => (action.kind === 'TAG' ? action.tags : []));
const setsCustom = (actions: Asked): boolean =>
  actions.some((action) => action.kind === 'SET' && action.patch.customFields !== undefined);
export const asksWatchers = (actions: Asked): boolean =>
  actions.some((action) => action.kind === 'NOTIFY' && action.watchers);

export const webhooksNamed = (actions: Asked): string[] => [
  ...new Set(actions.flatMap((action) => (action.kind === 'WEBHOOK' ? [action.webhookId] : []))),
];

/** What these actions have to know. */
export async function knowledgeFor(
  all: RunStatement,
  projectId: string,
  ticketId: string | null,
  actions: Asked,
  now: Date,
): Promise<Knowledge> {
  const [named, tags, hooks] = [holdersNamed(actions), tagsNamedIn(actions), webhooksNamed(actions)];
  const [project, people, candidates, fields, known, watchers, webhooks] = await Promise.all([
    all<{ key: string }>(keyOf, [projectId]),
    named.length > 0 ? all<NamedRow>(findNamed, [projectId, [...new Set(named)]]) : [],
    isChoosing(actions) ? candidatesIn(all, projectId, now) : [],
    setsCustom(actions) ? all(fieldsIn, [projectId]) : [],
    tags.length > 0 ? all<{ name: string; name_key: string }>(tagsNamed, [[...new Set(tags.map(tagKey))]]) : [],
    asksWatchers(actions) && ticketId !== null ? watchersOf(all, ticketId) : [],
    hooks.length > 0 ? all<{ id: string }>(findWebhooks, [hooks, projectId]) : [],
  ]);
  return {
    projectKey: project[0]?.key ?? '',
    named: new Map(people.filter(canHoldHere).map(({ id, name }) => [id, { userId: id, name }])),
    candidates,
    fields: fields.map((row) => decodeRow(CustomField, row)),
    tagNames: new Map(known.map(({ name, name_key }) => [name_key, name])),
    watchers,
    webhooks: new Set(webhooks.map(({ id }) => id)),
  };
}

export const watchersOf = async (all: RunStatement, ticketId: string): Promise<string[]> =>
  (await all<{ user_id: string }>(findWatchers, [ticketId])).map(({ user_id }) => user_id);

interface NamedRow {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  readonly active: boolean | number;
  readonly project_role: ProjectRole | null;
}
const canHoldHere = ({ role, active, project_role }: NamedRow): boolean =>
  Boolean(active) && role !== 'CUSTOMER' && isStaff({ role, projectRole: project_role });

async function candidatesIn(all: RunStatement, projectId: string, now: Date): Promise<Candidate[]> {
  const people = (await peopleOf(all, projectId)).filter((person) => !isAwayNow(absenceOf(person), now));
  const [skills, open] = await Promise.all([
    skillsOf(
      all,
      people.map(({ id }) => id),
    ),
    all<{ value: string; tickets: number }>(openOf, [projectId]),
  ]);
  const ticketsOf = new Map(open.map(({ value, tickets }) => [value, tickets]));
  return people
    .map((person) => ({
      userId: person.userId,
      name: person.name,
      limit: limitOf(person),
      workload: person.currentWorkload,
      openTickets: ticketsOf.get(person.userId) ?? 0,
      skillIds: new Set((skills.get(person.id) ?? []).map(({ skillId }) => skillId)),
    }))
    .toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
}
