import { adHoc } from '../../server/db/statement.js';
import type { UnitOfWork } from '../../server/db/unitOfWork.js';
import type { World } from './world.js';

/** The smallest effect a unit of work can have: one event of a project that carries a text. @returns its number */
export async function noteIn(unit: UnitOfWork, projectId: string, text: string): Promise<number> {
  const { seq } = await unit.record.number(projectId, { events: 1 });
  const payload = { changes: { note: { before: null, after: text } } } as never;
  const nobody = { ticketId: null, reporterId: null };
  unit.record.append({ seq, projectId, type: 'project.updated', audience: 'TEAM', payload, ...nobody });
  return seq;
}

/** The numbers of the events that carry this text. */
export async function notesOf({ db }: World, projectId: string, text: string): Promise<number[]> {
  const sql = 'SELECT seq, payload FROM events WHERE project_id = $1 ORDER BY seq';
  const found = await db.all<{ seq: number; payload: unknown }>(adHoc(sql), [projectId]);
  const quoted = JSON.stringify(text);
  const textOf = (payload: unknown) => (typeof payload === 'string' ? payload : JSON.stringify(payload));
  return found.filter(({ payload }) => textOf(payload).includes(quoted)).map(({ seq }) => seq);
}
