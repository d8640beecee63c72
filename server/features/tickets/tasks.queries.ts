import type { z } from 'zod';
import type { ListTasksInput, Task } from '../../../contract/task.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { getTicket } from './oneTicket.queries.js';
import { listTickets } from './tickets.queries.js';
import { presentTask } from './tasks.present.js';

/** Tasks the actor may see. */
export async function listTasks(
  db: Database,
  actor: Actor,
  { creatorId, dueBefore, ...filter }: z.output<typeof ListTasksInput>,
): Promise<Page<Task>> {
  const page = await listTickets(db, actor, {
    ...filter,
    type: ['TASK'],
    createdBy: creatorId,
    dueBefore: dueBefore ?? undefined,
  });
  return { ...page, items: page.items.map(presentTask) };
}

/** @throws NOT_FOUND no such ticket for this actor, or it is not a task. */
export async function getTask(db: Database, actor: Actor, taskId: string): Promise<Task> {
  const ticket = await getTicket(db, actor, { ticketId: taskId }).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? notFound('task') : error;
  });
  if (ticket.type !== 'TASK') throw notFound('task');
  return presentTask(ticket);
}
