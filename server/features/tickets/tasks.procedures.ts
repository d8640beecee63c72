import type { TRPCRouterRecord } from '@trpc/server';
import { newTicket } from '../../../contract/newTicket.js';
import {
  CreateTaskInput,
  DeleteTaskInput,
  GetTaskInput,
  ListTasksInput,
  Task,
  TaskPage,
  TaskReply,
  UpdateTaskInput,
} from '../../../contract/task.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createTicket } from './commands/createTicket.js';
import { deleteTicket } from './commands/deleteTicket.js';
import { updateTicket } from './commands/updateTicket.js';
import { presentTask } from './tasks.present.js';
import { getTask, listTasks } from './tasks.queries.js';

/** Tasks are tickets of type TASK: these procedures name the fields of a task and call the tickets' own commands. */
export const tasks = {
  list: actorProcedure
    .input(ListTasksInput)
    .output(TaskPage)
    .query(({ ctx, input }) => listTasks(ctx.deps.db, ctx.actor, input)),
  get: actorProcedure
    .input(GetTaskInput)
    .output(Task)
    .query(({ ctx, input }) => getTask(ctx.deps.db, ctx.actor, input.taskId)),
  create: actorProcedure
    .input(CreateTaskInput)
    .output(TaskReply)
    .mutation(async ({ ctx, input: { taskId, ...input } }) => {
      const { category } = newTicket;
      const ticket = await createTicket(ctx.deps, ctx.actor, { ...input, ticketId: taskId, type: 'TASK', category });
      return { ...presentTask(ticket), seq: ticket.seq };
    }),
  update: actorProcedure
    .input(UpdateTaskInput)
    .output(TaskReply)
    .mutation(async ({ ctx, input: { taskId, ...input } }) => {
      const ticket = await updateTicket(ctx.deps, ctx.actor, { ...input, ticketId: taskId }, 'TASK');
      return { ...presentTask(ticket), seq: ticket.seq };
    }),
  delete: actorProcedure
    .input(DeleteTaskInput)
    .output(TaskReply)
    .mutation(async ({ ctx, input: { taskId, ...input } }) => {
      const ticket = await deleteTicket(ctx.deps, ctx.actor, { ...input, ticketId: taskId }, 'TASK');
      return { ...presentTask(ticket), seq: ticket.seq };
    }),
} satisfies TRPCRouterRecord;
