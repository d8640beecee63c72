import type { ProjectRole } from '../../../contract/project.js';
import type { ListTicketsInput } from '../../../contract/ticketInputs.js';
import { statement, type RunStatement, type Value } from '../../db/statement.js';
import type { Dialect } from '../../db/dialect.js';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';

/** The projects whose tickets an actor may see: all of them as staff, their own reports as a customer. */
export interface TicketScope {
  readonly staffOf: readonly string[];
  readonly customerOf: readonly string[];
}

const membershipsOf = statement('members.ofUser', 'SELECT project_id, role FROM project_members WHERE user_id = $1');
const allProjects = statement('projects.ids', 'SELECT id AS project_id FROM projects');
const oneProject = statement(
  'projects.oneScope',
  `SELECT p.id AS project_id, m.role FROM projects p
   LEFT JOIN project_members m ON m.project_id = p.id AND m.user_id = $2 WHERE p.id = $1`,
);

/** @throws NOT_FOUND the actor is not inside `projectId`. Without one: all projects the actor is inside of. */
export async function ticketScope(
  all: RunStatement,
  actor: Actor,
  projectId: string | undefined,
): Promise<TicketScope> {
  const admin = actor.role === 'ADMIN';
  const rows = await (projectId !== undefined
    ? all<{ project_id: string; role: ProjectRole | null }>(oneProject, [projectId, actor.userId])
    : admin
      ? all<{ project_id: string; role: ProjectRole | null }>(allProjects, [])
      : all<{ project_id: string; role: ProjectRole | null }>(membershipsOf, [actor.userId]));
  const inside = rows.filter(({ role }) => admin || role);
  if (projectId !== undefined && inside.length === 0) throw notFound('project');
  return {
    staffOf: inside.filter(({ role }) => admin || role !== 'CUSTOMER').map(({ project_id }) => project_id),
    customerOf: inside.filter(({ role }) => !admin && role === 'CUSTOMER').map(({ project_id }) => project_id),
  };
}

const amongStaff = ['requiredSkill', 'tag', 'customFields', 'sla'] as const;
/** What of a filter customers do not see. */
export type AskedAmongStaff = Pick<ListTicketsInput, (typeof amongStaff)[number]>;

/** Whether a filter asks by what customers do not see: what it finds would tell them all the same. */
export const asksAmongStaff = (filter: AskedAmongStaff): boolean =>
  amongStaff.some((field) => filter[field] !== undefined);

/** Collects the values of a statement; each `bind` gives the next `$n`, or of a list that is bound already its own. */
export class Parameters {
  readonly values: Value[] = [];
  bind(value: Value): string {
    const known = Array.isArray(value) ? this.values.indexOf(value) : -1;
    return `$${known < 0 ? this.values.push(value) : known + 1}`;
  }
}

/** Of a scope what lies in one of its projects; null: all of it. */
export const scopeIn = (scope: TicketScope, projectId: string | null): TicketScope =>
  projectId === null
    ? scope
    : {
        staffOf: scope.staffOf.filter((id) => id === projectId),
        customerOf: scope.customerOf.filter((id) => id === projectId),
      };

/**
 * The condition, on alias `t`, that keeps a statement inside the scope, which must not be empty. Binds only what it names. `project`: the
 * column that tells the ticket's project.
 */
export function scopeSql(
  { staffOf, customerOf }: TicketScope,
  actor: Pick<Actor, 'userId'>,
  d: Dialect,
  parameters: Parameters,
  project = 't.project_id',
): string {
  const within = (ids: readonly string[]) =>
    ids.length === 1 && ids[0] !== undefined
      ? `${project} = ${parameters.bind(ids[0])}`
      : d.anyOf(project, parameters.bind(ids));
  if (customerOf.length === 0) return within(staffOf);
  const reported = `(${within(customerOf)} AND t.reporter_id = ${parameters.bind(actor.userId)})`;
  return staffOf.length === 0 ? reported : `(${within(staffOf)} OR ${reported})`;
}
