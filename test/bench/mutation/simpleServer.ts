import { EventEmitter } from 'node:events';
import { initTRPC } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { jwtVerify } from 'jose';
import type { Transaction } from 'sequelize';
import { z } from 'zod';
import { openDatabase } from '../../../server/db/database.js';
import { Assignment } from '../../../server/db/models/Assignment.js';
import { Comment } from '../../../server/db/models/Comment.js';
import { Conversation } from '../../../server/db/models/Conversation.js';
import { Developer } from '../../../server/db/models/Developer.js';
import { Project } from '../../../server/db/models/Project.js';
import { ProjectCounter } from '../../../server/db/models/ProjectCounter.js';
import { ProjectMember } from '../../../server/db/models/ProjectMember.js';
import { Ticket } from '../../../server/db/models/Ticket.js';
import { TicketHistory } from '../../../server/db/models/TicketHistory.js';
import { User } from '../../../server/db/models/User.js';
import { createLogger } from '../../../server/kernel/logger.js';

// The same stack as it is usually begun: tRPC, Sequelize's models in a transaction, an EventEmitter after it. It keeps a history
// of tickets, and neither events, idempotency keys, personal streams nor a history of assignments.

const { DATABASE_URL = '', PORT = '', JWT_SECRET = '' } = process.env;
const key = new TextEncoder().encode(JWT_SECRET);
const { sequelize } = openDatabase({
  url: DATABASE_URL,
  poolSize: 8,
  ssl: false,
  prepared: true,
  log: createLogger('silent'),
});
const events = new EventEmitter();
const t = initTRPC.context<{ token: string }>().create();

const signedIn = t.procedure.use(async ({ ctx, next }) => {
  const { payload } = await jwtVerify(ctx.token, key);
  const user = await User.findByPk(payload.sub ?? '', { rejectOnEmpty: true });
  return next({ ctx: { user } });
});

/** Changes a ticket, and tells of it. */
async function mutate<Result>(
  work: (transaction: Transaction) => Promise<{ ticket: Ticket; result: Result }>,
): Promise<Result> {
  const { ticket, result } = await sequelize.transaction(work);
  events.emit('ticket', ticket.projectId, ticket.get({ plain: true }));
  return result;
}

async function findTicket(id: string, user: User, transaction: Transaction): Promise<Ticket> {
  const ticket = await Ticket.findByPk(id, { transaction, lock: transaction.LOCK.UPDATE, rejectOnEmpty: true });
  await demandMember(ticket.projectId, user.id, transaction);
  return ticket;
}

async function demandMember(projectId: string, userId: string, transaction: Transaction): Promise<void> {
  await ProjectMember.findOne({ where: { projectId, userId }, transaction, rejectOnEmpty: true });
}

async function save(
  ticket: Ticket,
  field: 'assigneeId' | 'status',
  value: string,
  user: User,
  transaction: Transaction,
): Promise<void> {
  const before = ticket[field];
  const version = ticket.version + 1;
  await ticket.update({ [field]: value, version }, { transaction });
  const line = { ticketId: ticket.id, projectId: ticket.projectId, version, seq: version, action: 'UPDATED', field };
  await TicketHistory.create({ ...line, oldValue: before, newValue: value, changedBy: user.id }, { transaction });
}

async function hold(ticket: Ticket, assigneeId: string, user: User, transaction: Transaction): Promise<Assignment> {
  await demandMember(ticket.projectId, assigneeId, transaction);
  await moveWorkload(ticket, ticket.assigneeId, assigneeId, transaction);
  await save(ticket, 'assigneeId', assigneeId, user, transaction);
  const by = { assignedBy: user.id, assignedByLabel: user.name, type: 'MANUAL' as const };
  return Assignment.create(
    { ...by, ticketId: ticket.id, assigneeId, isPrimary: true, assignedAt: new Date() },
    { transaction },
  );
}

/** In the order of the people's ids: otherwise it ends in deadlocks. */
async function moveWorkload(ticket: Ticket, from: string | null, to: string, transaction: Transaction): Promise<void> {
  const points = Number(ticket.storyPoints);
  const changes = [
    [from, -points],
    [to, points],
  ] as const;
  for (const [userId, change] of changes.toSorted(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1)))
    if (userId) await Developer.increment({ currentWorkload: change }, { where: { userId }, transaction });
}

const Id = z.uuid();
const router = t.router({
  assignments: t.router({
    reassign: signedIn.input(z.object({ assignmentId: Id, newAssigneeId: Id })).mutation(({ ctx: { user }, input }) =>
      mutate(async (transaction) => {
        const old = await Assignment.findByPk(input.assignmentId, { transaction, rejectOnEmpty: true });
        const ticket = await findTicket(old.ticketId, user, transaction);
        await old.update({ status: 'REMOVED', isPrimary: false, unassignedAt: new Date() }, { transaction });
        return { ticket, result: await hold(ticket, input.newAssigneeId, user, transaction) };
      }),
    ),
    claim: signedIn.input(z.object({ ticketId: Id })).mutation(({ ctx: { user }, input }) =>
      mutate(async (transaction) => {
        const ticket = await findTicket(input.ticketId, user, transaction);
        if (ticket.assigneeId !== null) throw new Error('somebody holds it');
        return { ticket, result: await hold(ticket, user.id, user, transaction) };
      }),
    ),
  }),
  tickets: t.router({
    update: signedIn
      .input(z.object({ ticketId: Id, patch: z.object({ status: z.string() }) }))
      .mutation(({ ctx: { user }, input }) =>
        mutate(async (transaction) => {
          const ticket = await findTicket(input.ticketId, user, transaction);
          await save(ticket, 'status', input.patch.status, user, transaction);
          return { ticket, result: ticket };
        }),
      ),
    create: signedIn.input(z.object({ projectId: Id, title: z.string() })).mutation(({ ctx: { user }, input }) =>
      mutate(async (transaction) => {
        await demandMember(input.projectId, user.id, transaction);
        const project = await Project.findByPk(input.projectId, { transaction, rejectOnEmpty: true });
        const where = { projectId: project.id };
        await ProjectCounter.increment({ ticketNo: 1 }, { where, transaction });
        const { ticketNo: number } = await ProjectCounter.findOne({ where, transaction, rejectOnEmpty: true });
        const { id: conversationId } = await Conversation.create({ kind: 'TICKET', ...where }, { transaction });
        const by = { reporterId: user.id, createdBy: user.id, conversationId };
        const ticket = await Ticket.create(
          { ...input, ...by, number, key: `${project.key}-${number}` },
          { transaction },
        );
        return { ticket, result: ticket };
      }),
    ),
  }),
  comments: t.router({
    create: signedIn
      .input(z.object({ ticketId: Id, content: z.string(), visibility: z.enum(['PUBLIC', 'INTERNAL']) }))
      .mutation(({ ctx: { user }, input }) =>
        mutate(async (transaction) => {
          const ticket = await findTicket(input.ticketId, user, transaction);
          return { ticket, result: await Comment.create({ ...input, userId: user.id }, { transaction }) };
        }),
      ),
  }),
});

createHTTPServer({
  basePath: '/trpc/',
  router,
  createContext: ({ req }) => ({ token: (req.headers.authorization ?? '').replace('Bearer ', '') }),
}).listen(Number(PORT), '127.0.0.1');
