import type { Attributes } from 'sequelize';
import type { Changes } from '../../../contract/event.js';
import type { JsonValue } from '../../../contract/errors.js';
import type { Member as PresentedMember, Project as Presented } from '../../../contract/project.js';
import type { UserRole } from '../../../contract/user.js';
import type { Project } from '../../db/models/Project.js';
import type { ProjectMember } from '../../db/models/ProjectMember.js';

export type ProjectRow = Attributes<Project>;
/** A membership with what the person is besides. */
export type MemberRow = Pick<Attributes<ProjectMember>, 'projectId' | 'userId' | 'role' | 'createdAt'> & {
  readonly name: string;
  readonly userRole: UserRole;
  readonly active: boolean;
};

export const presentProject = (row: ProjectRow): Presented => ({
  id: row.id,
  key: row.key,
  name: row.name,
  description: row.description,
  ownerId: row.ownerId,
  status: row.status,
  startDate: row.startDate,
  endDate: row.endDate,
  isArchived: row.isArchived,
  awayPolicy: row.awayPolicy,
  autoAssign: row.autoAssign,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const presentMember = (row: MemberRow): PresentedMember => ({
  projectId: row.projectId,
  userId: row.userId,
  name: row.name,
  role: row.role,
  userRole: row.userRole,
  active: row.active,
  createdAt: row.createdAt.toISOString(),
});

/** The given fields in which the two differ. */
export function changesBetween(before: Presented, after: Presented, fields: readonly (keyof Presented)[]): Changes {
  const changes: Record<string, { before: JsonValue; after: JsonValue }> = {};
  for (const field of fields)
    if (before[field] !== after[field]) changes[field] = { before: before[field], after: after[field] };
  return changes;
}
