import type { z } from 'zod';
import {
  ProjectSort,
  projectStatuses,
  type GetProjectInput,
  type ListMembersInput,
  type ListProjectsInput,
  type Member,
  type Project as Presented,
  type ProjectDetail,
  type ProjectRole,
} from '../../../contract/project.js';
import { MemberSort, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Project } from '../../db/models/Project.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { isInside, type Actor, type Standing } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import type { Deps } from '../deps.js';
import { toPage } from '../keysetPage.js';
import { madeAs, moment, named, sortedList, word } from '../sortedList.js';
import { decodeMember, memberColumns } from './memberships.js';
import { canSeeCustomers } from './projects.policy.js';
import { presentMember, presentProject } from './projects.present.js';

const findStanding = statement(
  'projects.standing',
  `SELECT m.role AS my_role FROM projects p
   LEFT JOIN project_members m ON m.project_id = p.id AND m.user_id = $2 WHERE p.id = $1`,
);

/**
 * What the actor is in a project.
 * @throws NOT_FOUND there is no such project, or the actor is not inside of it: both in the same words.
 */
export async function standingIn(all: RunStatement, actor: Actor, projectId: string): Promise<Standing> {
  const [row] = await all<{ my_role: ProjectRole | null }>(findStanding, [projectId, actor.userId]);
  const standing = { role: actor.role, projectRole: row?.my_role ?? null };
  if (!row || !isInside(standing)) throw notFound('project');
  return standing;
}

const idByKey = statement('projects.idByKey', 'SELECT id FROM projects WHERE key = $1');

/** Of any project, foreign ones too: what may be done to it is for whoever is given the id to decide. Null: there is none. */
export async function projectIdOf(db: Database, key: string): Promise<string | null> {
  const [row] = await db.all<{ id: string }>(idByKey, [key]);
  return row?.id ?? null;
}

const findDetail = statement(
  'projects.detail',
  `SELECT p.*, m.role AS my_role, c.event_seq AS last_seq,
     (SELECT CAST(count(*) AS INTEGER) FROM project_members n WHERE n.project_id = p.id) AS member_count
   FROM projects p JOIN project_counters c ON c.project_id = p.id
   LEFT JOIN project_members m ON m.project_id = p.id AND m.user_id = $2
   WHERE (p.id = $1 OR p.key = $3)`,
);

/** @throws NOT_FOUND there is no such project, or the actor is not inside of it. */
export async function getProject(
  { db }: Deps,
  actor: Actor,
  input: z.output<typeof GetProjectInput>,
): Promise<ProjectDetail> {
  const [id, key] = 'key' in input ? ['', input.key] : [input.projectId, ''];
  type Row = { my_role: ProjectRole | null; last_seq: number; member_count: number };
  const [row] = await db.all<Row>(findDetail, [id, actor.userId, key]);
  if (!row || !isInside({ role: actor.role, projectRole: row.my_role })) throw notFound('project');
  return {
    ...presentProject(decodeRow(Project, row)),
    myRole: row.my_role,
    memberCount: row.member_count,
    lastSeq: row.last_seq,
  };
}

const listed = sortedList(
  'projects.list',
  ProjectSort,
  { key: [word('p.key', 'key'), madeAs('p.id', 'id')], ...named('p') },
  5,
  ({ after, orderBy }, d) => `SELECT p.* FROM projects p
   WHERE ${after} AND ${d.anyOf('p.status', '$1')}
     AND (CAST($2 AS boolean) IS NULL OR p.is_archived = CAST($2 AS boolean))
     AND ($3 = 'ADMIN' OR EXISTS (SELECT 1 FROM project_members m WHERE m.project_id = p.id AND m.user_id = $4))
   ORDER BY ${orderBy} LIMIT $5`,
);

/** The actor's projects, by key unless `sort` says otherwise; an administrator's are all. Archived ones too unless `archived` says otherwise. */
export async function listProjects(
  { db }: Deps,
  actor: Actor,
  { limit, cursor, sort, status = [...projectStatuses], archived }: z.output<typeof ListProjectsInput>,
): Promise<Page<Presented>> {
  const { statement: asked, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(asked, [status, archived ?? null, actor.role, actor.userId, limit + 1, ...values]);
  return toPage(
    rows.map((row) => decodeRow(Project, row)),
    limit,
    cursorOf,
    presentProject,
  );
}

const listedMembers = sortedList(
  'members.list',
  MemberSort,
  {
    name: [word('u.name', 'name'), madeAs('u.id', 'userId')],
    createdAt: [moment('m.created_at', 'createdAt'), madeAs('m.user_id', 'userId')],
  },
  4,
  ({ after, orderBy }) => `SELECT ${memberColumns} FROM project_members m JOIN users u ON u.id = m.user_id
   WHERE m.project_id = $1 AND ${after} AND ($2 = '' OR m.role = $2)
     AND ($3 = '' OR m.role <> 'CUSTOMER' OR m.user_id = $3)
   ORDER BY ${orderBy} LIMIT $4`,
);

/**
 * The members of a project, by name unless `sort` says otherwise. A customer sees the team and themselves.
 * @throws NOT_FOUND there is no such project, or the actor is not inside of it.
 */
export async function listMembers(
  { db }: Deps,
  actor: Actor,
  { projectId, role, sort, limit, cursor }: z.output<typeof ListMembersInput>,
): Promise<Page<Member>> {
  const standing = await standingIn(db.all, actor, projectId);
  const { statement: asked, values, cursorOf } = listedMembers(sort, cursor);
  const onlyCustomer = canSeeCustomers(standing) ? '' : actor.userId;
  const rows = await db.all(asked, [projectId, role ?? '', onlyCustomer, limit + 1, ...values]);
  return toPage(rows.map(decodeMember), limit, cursorOf, presentMember);
}
