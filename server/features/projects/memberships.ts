import type { ProjectRole } from '../../../contract/project.js';
import type { UserRole } from '../../../contract/user.js';
import type { Dialect } from '../../db/dialect.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Project } from '../../db/models/Project.js';
import { ProjectMember } from '../../db/models/ProjectMember.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isInside, type Actor, type Standing } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { leaveForeignChannels } from '../conversations/conversationWrites.js';
import { presentMember, type MemberRow, type ProjectRow } from './projects.present.js';

export const memberColumns =
  'm.project_id, m.user_id, m.role, m.created_at, u.name, u.role AS user_role, u.active AS user_active';

export function decodeMember(row: object): MemberRow {
  const { user_role, user_active, name } = row as { user_role: UserRole; user_active: boolean | number; name: string };
  const { projectId, userId, role, createdAt } = decodeRow(ProjectMember, row);
  return { projectId, userId, role, createdAt, name, userRole: user_role, active: Boolean(user_active) };
}

/** Orders the changes of a project and its members; tickets may be made in it meanwhile. */
const lockForChange = (d: Dialect): string => (d.name === 'postgres' ? 'FOR NO KEY UPDATE OF p' : '');

const lockedProject = statement(
  'projects.lock',
  (d) => `SELECT p.* FROM projects p WHERE p.id = $1 ${lockForChange(d)}`,
);
// Asked once the lock is held: whoever waited for it would otherwise decide by what was true before.
const factsOfLocked = statement(
  'projects.lockedFacts',
  `SELECT c.event_seq, m.role FROM project_counters c
   LEFT JOIN project_members m ON m.project_id = c.project_id AND m.user_id = $2 WHERE c.project_id = $1`,
);

export interface LockedProject {
  readonly project: ProjectRow;
  readonly standing: Standing;
  /** Number of the last event, for replies to commands that changed nothing. */
  readonly lastSeq: number;
}

/** @throws NOT_FOUND there is no such project, or the actor is not inside of it. */
export async function lockProject(unit: UnitOfWork, actor: Actor, projectId: string): Promise<LockedProject> {
  const [row] = await unit.all(lockedProject, [projectId]);
  const [facts] = await unit.all<{ event_seq: number; role: ProjectRole | null }>(factsOfLocked, [
    projectId,
    actor.userId,
  ]);
  const standing = { role: actor.role, projectRole: facts?.role ?? null };
  if (!row || !facts || !isInside(standing)) throw notFound('project');
  return { project: decodeRow(Project, row), standing, lastSeq: facts.event_seq };
}

const oneMember = statement(
  'members.one',
  `SELECT ${memberColumns} FROM project_members m JOIN users u ON u.id = m.user_id
   WHERE m.project_id = $1 AND m.user_id = $2`,
);
export async function findMember(unit: UnitOfWork, projectId: string, userId: string): Promise<MemberRow | null> {
  const [row] = await unit.all(oneMember, [projectId, userId]);
  return row ? decodeMember(row) : null;
}

const otherLead = statement(
  'members.otherLead',
  "SELECT user_id FROM project_members WHERE project_id = $1 AND role = 'LEAD' AND user_id <> $2 LIMIT 1",
);

/** For use under the project's lock. @throws CONFLICT the project would be left without a lead. */
export async function demandOtherLead(unit: UnitOfWork, project: ProjectRow, member: MemberRow): Promise<void> {
  if (member.role !== 'LEAD') return;
  const others = await unit.all(otherLead, [project.id, member.userId]);
  if (others.length === 0)
    throw new AppError('CONFLICT', `This is the only lead of ${project.key}.`, { projectKey: project.key });
}

const changeRole = statement(
  'members.setRole',
  'UPDATE project_members SET role = $3, updated_at = $4 WHERE project_id = $1 AND user_id = $2',
);

/** Writes another role of a member with its events. Returns the number of the project's event. */
export async function writeRole(
  unit: UnitOfWork,
  project: ProjectRow,
  member: MemberRow,
  role: ProjectRole,
): Promise<number> {
  await unit.all(changeRole, [project.id, member.userId, role, unit.at]);
  // An administrator works in every project, whatever they are in it.
  if (role === 'CUSTOMER' && member.userRole !== 'ADMIN') leaveForeignChannels(unit, member.userId);
  unit.record.audit({ ...memberEntry(member), action: 'ROLE_CHANGED', before: member, after: { ...member, role } });
  const { seq } = await unit.record.number(project.id, { events: 1 });
  unit.record.append({
    seq,
    projectId: project.id,
    type: 'member.updated',
    ticketId: null,
    audience: memberAudience(member.role, role),
    reporterId: null,
    payload: { member: presentMember({ ...member, role }), previousRole: member.role },
  });
  const ref = projectRef(project);
  unit.record.notify({
    userId: member.userId,
    type: 'member.updated',
    projectId: project.id,
    ticketId: null,
    payload: { project: ref, role },
  });
  return seq;
}

/** A membership in the audit log: the person in the project. */
export const memberEntry = ({ projectId, userId }: Pick<MemberRow, 'projectId' | 'userId'>) =>
  ({ entity: 'MEMBER', entityId: userId, projectId }) as const;

export const projectRef = ({ id, key, name }: ProjectRow) => ({ id, key, name });

/** Customers of one project may be strangers to each other: their coming and going concerns the team alone. */
export const memberAudience = (...roles: readonly ProjectRole[]): 'TEAM' | 'PROJECT' =>
  roles.includes('CUSTOMER') ? 'TEAM' : 'PROJECT';

const projectsOf = statement(
  'projects.lockOfUser',
  (d) => `SELECT p.* FROM projects p WHERE p.id IN (
     SELECT m.project_id FROM project_members m WHERE m.user_id = $1 AND m.role <> 'CUSTOMER')
   ORDER BY p.id ${lockForChange(d)}`,
);

/** Locks the projects in whose teams a person (whose row is locked) is, in the order of their ids. */
export async function lockProjectsOf(unit: UnitOfWork, userId: string): Promise<ProjectRow[]> {
  return (await unit.all(projectsOf, [userId])).map((row) => decodeRow(Project, row));
}

/** @throws CONFLICT one of the projects has no other lead. */
export async function becomeCustomerEverywhere(
  unit: UnitOfWork,
  user: { readonly id: string },
  projects: readonly ProjectRow[],
): Promise<void> {
  for (const project of projects) {
    const member = await findMember(unit, project.id, user.id);
    if (!member) continue;
    await demandOtherLead(unit, project, member);
    await writeRole(unit, project, member, 'CUSTOMER');
  }
}
