import type { z } from 'zod';
import type { AuditAction } from '../../../contract/audit.js';
import type { Project as Presented, ProjectReply } from '../../../contract/project.js';
import { Project } from '../../db/models/Project.js';
import { updateRow } from '../../db/rowStatements.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { LockedProject } from './memberships.js';
import { changesBetween, presentProject, type ProjectRow } from './projects.present.js';

/** What of a project can be changed, in its row and in its events. */
const settings = [
  ...(['name', 'description', 'ownerId', 'status', 'startDate', 'endDate', 'isArchived'] as const),
  ...(['awayPolicy', 'autoAssign'] as const),
] satisfies readonly (keyof Presented)[];
const updateProjectRow = updateRow(Project, [...settings, 'version', 'updatedAt']);

/** Writes a locked project's new values as one event; the values that it has already change nothing. */
export async function writeProject(
  unit: UnitOfWork,
  { project: before, lastSeq }: LockedProject,
  patch: Partial<ProjectRow>,
): Promise<z.infer<typeof ProjectReply>> {
  const after: ProjectRow = { ...before, ...patch, version: before.version + 1, updatedAt: unit.at };
  const project = presentProject(after);
  const changes = changesBetween(presentProject(before), project, settings);
  if (Object.keys(changes).length === 0) return { ...presentProject(before), seq: lastSeq };
  const { seq } = await unit.record.number(after.id, { events: 1 });
  await unit.all(updateProjectRow.statement, updateProjectRow.values(after));
  unit.record.audit({
    entity: 'PROJECT',
    entityId: after.id,
    projectId: after.id,
    action: deedOf(before, after),
    before,
    after,
  });
  const envelope = { seq, projectId: after.id, ticketId: null, audience: 'PROJECT', reporterId: null } as const;
  if (after.isArchived && !before.isArchived)
    unit.record.append({ ...envelope, type: 'project.archived', payload: { project } });
  else unit.record.append({ ...envelope, type: 'project.updated', payload: { project, changes } });
  return { ...project, seq };
}

const deedOf = (before: ProjectRow, after: ProjectRow): AuditAction =>
  before.isArchived === after.isArchived ? 'UPDATED' : after.isArchived ? 'ARCHIVED' : 'UNARCHIVED';
