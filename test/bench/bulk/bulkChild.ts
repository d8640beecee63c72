import { randomUUID } from 'node:crypto';
import type { Transaction } from 'sequelize';
import { SaveAssignmentsInput } from '../../../contract/assignment.js';
import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { Assignment } from '../../../server/db/models/Assignment.js';
import { AssignmentHistory } from '../../../server/db/models/AssignmentHistory.js';
import { Developer } from '../../../server/db/models/Developer.js';
import { Event } from '../../../server/db/models/Event.js';
import { FeedEvent } from '../../../server/db/models/FeedEvent.js';
import { ProjectCounter } from '../../../server/db/models/ProjectCounter.js';
import { Ticket } from '../../../server/db/models/Ticket.js';
import { TicketHistory } from '../../../server/db/models/TicketHistory.js';
import { UserFeed } from '../../../server/db/models/UserFeed.js';
import { saveAssignments } from '../../../server/features/assignments/commands/saveAssignments.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { answerCalls, exitOnSignal } from '../child.js';
import { authEnvironment } from '../tokens.js';
import { holderOf, idOf, nameOf, size } from '../world.js';

/** `assignments.save` of many tickets in one transaction, and the same written as a loop of model calls. */

exitOnSignal();

export type BulkWay = 'save' | 'models';
export interface BulkOrder {
  readonly way: BulkWay;
  readonly url: string;
  readonly tickets: number;
  /** Each round passes the tickets on to others. */
  readonly round: number;
}
export interface BulkCost {
  readonly ms: number;
  readonly nodeUs: number;
}

const by: Actor = { userId: idOf('user', 1), name: nameOf(1), role: 'AGENT', sessionId: null, mayWrite: true };
const apps = new Map<string, ReturnType<typeof buildApp>>();

function appOn(url: string) {
  const known = apps.get(url) ?? buildApp(loadConfig({ ...authEnvironment, DATABASE_URL: url }));
  apps.set(url, known);
  return known;
}

async function bulk({ way, url, tickets, round }: BulkOrder): Promise<BulkCost> {
  const { deps } = appOn(url);
  const assignments = Array.from({ length: tickets }, (_, nth) => {
    const ticket = ((round * tickets + nth) % size.held) + 1;
    return {
      ticketId: idOf('ticket', ticket),
      assigneeId: idOf('user', ((holderOf(ticket) + 7 + round) % size.people) + 1),
    };
  });
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  if (way === 'save')
    await saveAssignments(deps, by, SaveAssignmentsInput.parse({ assignments, idempotencyKey: randomUUID() }));
  else
    await deps.db.sequelize.transaction(async (transaction) => {
      for (const { ticketId, assigneeId } of assignments) await saveByModels(ticketId, assigneeId, transaction);
    });
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - begun, nodeUs: (user + system) / tickets };
}

async function saveByModels(ticketId: string, assigneeId: string, transaction: Transaction): Promise<void> {
  const at = new Date();
  const ticket = await Ticket.findByPk(ticketId, { transaction, lock: transaction.LOCK.UPDATE, rejectOnEmpty: true });
  const { projectId, reporterId } = ticket;
  const where = { projectId };
  const holder = await Assignment.findOne({ where: { ticketId, status: 'ACTIVE', isPrimary: true }, transaction });
  await holder?.update({ isPrimary: false }, { transaction });
  const span = {
    assignedBy: by.userId,
    assignedByLabel: by.name,
    type: 'MANUAL',
    isPrimary: true,
    assignedAt: at,
  } as const;
  const begun = await Assignment.create({ ...span, ticketId, assigneeId }, { transaction });
  await Developer.increment(
    { currentWorkload: ticket.storyPoints ?? 0 },
    { where: { userId: assigneeId }, transaction },
  );
  await ProjectCounter.increment({ eventSeq: 1 }, { where, transaction });
  const { eventSeq: seq } = await ProjectCounter.findOne({ where, transaction, rejectOnEmpty: true });
  const version = ticket.version + 1;
  const oldValue = ticket.assigneeId;
  await ticket.update({ assigneeId, assignmentState: 'ASSIGNED', version, lastSeq: seq }, { transaction });
  const changed = { ticketId, projectId, seq, changedBy: by.userId };
  const line = { ...changed, version, action: 'ASSIGNED', field: 'assigneeId', oldValue, newValue: assigneeId };
  await TicketHistory.create(line, { transaction });
  const handed = { newDeveloperId: assigneeId, newDeveloper: assigneeId, action: 'CREATED', changedAt: at } as const;
  await AssignmentHistory.create({ ...changed, ...handed, assignmentId: begun.id }, { transaction });
  const told = { type: 'ticket.assigned' as const, actorId: by.userId, actorName: by.name, projectId, ticketId, at };
  const payload = { ticket: ticket.get({ plain: true }) } as never;
  await Event.create({ ...told, id: newId(), seq, audience: 'REPORTER', reporterId, payload }, { transaction });
  await UserFeed.increment({ feedSeq: 1 }, { where: { userId: assigneeId }, transaction });
  const feed = await UserFeed.findByPk(assigneeId, { transaction, rejectOnEmpty: true });
  const notice = { ...told, id: newId(), userId: assigneeId, seq: feed.feedSeq, payload: { ticketId } as never };
  await FeedEvent.create(notice, { transaction });
}

answerCalls({ bulk });
