import type { z } from 'zod';
import type { CreateProjectInput, ProjectReply } from '../../../../contract/project.js';
import { Project } from '../../../db/models/Project.js';
import { insertRow } from '../../../db/rowStatements.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { insertMember, recordMember } from '../addedMember.js';
import { holdCandidate } from '../candidates.js';
import { canCreateProject, roleProblem } from '../projects.policy.js';
import { presentProject, type ProjectRow } from '../projects.present.js';
import { demandDateOrder } from '../projectDates.js';

const insertProject = insertRow(Project, [
  ...(['id', 'key', 'name', 'description', 'ownerId', 'status', 'startDate', 'endDate', 'isArchived'] as const),
  ...(['awayPolicy', 'autoAssign', 'version', 'createdAt', 'updatedAt'] as const),
]);
const findKey = statement('projects.byKey', 'SELECT id FROM projects WHERE key = $1');
const insertCounters = statement('counters.create', 'INSERT INTO project_counters (project_id) VALUES ($1)');

/**
 * Makes a project; its owner leads it.
 * @throws FORBIDDEN see `canCreateProject`; DUPLICATE the key is taken; BAD_INPUT the owner cannot lead a project, or the end
 * is before the start.
 */
export function createProject(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof CreateProjectInput>,
): Promise<z.infer<typeof ProjectReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'projects.create', input }, async (unit) => {
    const { key, name, description, status, startDate = null, endDate = null } = input;
    const { awayPolicy = 'KEEP', autoAssign = 'OFF' } = input;
    const ownerId = input.ownerId ?? actor.userId;
    demand(canCreateProject(actor, ownerId));
    demandDateOrder({ startDate, endDate });
    const owner = await holdCandidate(unit, ownerId);
    if (!owner || roleProblem(owner, 'LEAD') !== null)
      throw new AppError('BAD_INPUT', 'The owner must be an active colleague.', { field: 'ownerId' });
    if ((await unit.all(findKey, [key])).length > 0)
      throw new AppError('DUPLICATE', `There is a project ${key} already.`, { field: 'key' });
    const row: ProjectRow = {
      id: newId(),
      key,
      name,
      description,
      ownerId,
      status,
      startDate,
      endDate,
      isArchived: false,
      awayPolicy,
      autoAssign,
      version: 1,
      createdAt: unit.at,
      updatedAt: unit.at,
    };
    await unit.all(insertProject.statement, insertProject.values(row));
    await unit.all(insertCounters, [row.id]);
    unit.record.audit({ entity: 'PROJECT', entityId: row.id, projectId: row.id, action: 'CREATED', after: row });
    const member = await insertMember(unit, row, owner, 'LEAD');
    const { seq } = await unit.record.number(row.id, { events: 2 });
    const project = presentProject(row);
    const envelope = { projectId: row.id, ticketId: null, audience: 'PROJECT', reporterId: null } as const;
    unit.record.append({ ...envelope, seq, type: 'project.created', payload: { project } });
    await recordMember(unit, row, member, seq + 1);
    return { ...project, seq: seq + 1 };
  });
}
