import type { ProjectRole } from '../../../contract/project.js';
import { ProjectMember } from '../../db/models/ProjectMember.js';
import { insertRow } from '../../db/rowStatements.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { newId } from '../../kernel/ids.js';
import type { Candidate } from './candidates.js';
import { memberAudience, memberEntry, projectRef } from './memberships.js';
import { presentMember, type MemberRow, type ProjectRow } from './projects.present.js';

const insertMembership = insertRow(ProjectMember, ['id', 'projectId', 'userId', 'role', 'createdAt', 'updatedAt']);

export async function insertMember(
  unit: UnitOfWork,
  project: ProjectRow,
  user: Candidate,
  role: ProjectRole,
): Promise<MemberRow> {
  const row = { id: newId(), projectId: project.id, userId: user.id, role, createdAt: unit.at, updatedAt: unit.at };
  await unit.all(insertMembership.statement, insertMembership.values(row));
  return { ...row, name: user.name, userRole: user.role, active: user.active };
}

/** Writes the event of somebody's joining under its number, and tells them. */
export async function recordMember(
  unit: UnitOfWork,
  project: ProjectRow,
  member: MemberRow,
  seq: number,
): Promise<void> {
  unit.record.audit({ ...memberEntry(member), action: 'CREATED', after: member });
  unit.record.append({
    seq,
    projectId: project.id,
    type: 'member.added',
    ticketId: null,
    audience: memberAudience(member.role),
    reporterId: null,
    payload: { member: presentMember(member) },
  });
  unit.record.notify({
    userId: member.userId,
    type: 'member.added',
    projectId: project.id,
    ticketId: null,
    payload: { project: projectRef(project), role: member.role },
  });
}
