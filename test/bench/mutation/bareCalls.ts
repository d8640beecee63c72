import { createHash, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { searchVector } from '../../../server/db/searchText.js';
import { idOf, nameOf, size } from '../world.js';
import { connectPostgres, connectSqlite } from './bareConnections.js';
import type { BareRow, Tx } from './bareStatements.js';
import { newComment, newTicket, type Handover, type OpenRequest, type TicketCalls } from './calls.js';

interface Actor {
  readonly id: string;
  readonly name: string;
}
/** The ticket under its lock, and what this transaction writes everywhere. */
interface Held {
  readonly ticketId: string;
  readonly projectId: string;
  readonly row: BareRow;
  readonly at: string;
}
type Work = (tx: Tx, actor: Actor, full: boolean) => Promise<{ id: string }>;

const AS_TEXT = /^(.*)T(.*)Z$/;
const now = (): string => new Date().toISOString().replace(AS_TEXT, '$1 $2 +00:00');

/** The mutations without Baton. `full` ones leave exactly its rows behind; short ones only the ticket's own. */
export async function openBare({ url }: OpenRequest, worker: number, way: 'bare' | 'short'): Promise<TicketCalls> {
  const file = /^sqlite:(.*)$/.exec(url)?.[1];
  const connection = await (file === undefined ? connectPostgres(url) : connectSqlite(file));
  const actor = { id: idOf('user', worker + 1), name: nameOf(worker + 1) };
  const full = way === 'bare';
  const run = (procedure: string, input: object, work: Work) =>
    connection.transaction((tx) => (full ? once(tx, actor, procedure, input, work) : work(tx, actor, false)));
  return {
    reassign: async (handover) => (await run('reassign', handover, (...by) => reassign(handover, ...by))).id,
    claim: (ticketId) => run('claim', { ticketId }, (...by) => claim(ticketId, ...by)),
    begin: (ticketId) => run('update', { ticketId, status: 'IN_PROGRESS' }, (...by) => begin(ticketId, ...by)),
    create: (projectId) => run('create', { projectId }, (...by) => create(projectId, ...by)),
    comment: (ticketId) => run('comment', { ticketId }, (...by) => comment(ticketId, ...by)),
    close: () => connection.close(),
  };
}

async function once(tx: Tx, actor: Actor, procedure: string, input: object, work: Work): Promise<{ id: string }> {
  const key = randomUUID();
  const hash = createHash('sha256').update(JSON.stringify(input)).digest('hex');
  const [mine] = await tx('claimKey', actor.id, key, procedure, hash, now());
  if (!mine) throw new Error('a key that was used before');
  const reply = await work(tx, actor, true);
  await tx('keepReply', actor.id, key, JSON.stringify(reply));
  return reply;
}

async function hold(tx: Tx, ticketId: string, actor: Actor, nextId: string, full: boolean): Promise<Held> {
  const [row] = await (full ? tx('lockTicketFor', ticketId, actor.id, nextId) : tx('lockTicket', ticketId));
  if (!row) throw new Error('no such ticket');
  if (full && !(row['actor_role'] && row['next_role'] && row['next_active'])) throw new Error('not allowed');
  if (full) await tx('spans', ticketId);
  return { ticketId, projectId: String(row['project_id']), row, at: now() };
}

async function reassign(handover: Handover, tx: Tx, actor: Actor, full: boolean): Promise<{ id: string }> {
  const { ticketId, assignmentId, from, to } = handover;
  const [fromId, toId, newId] = [idOf('user', from), idOf('user', to), v7()];
  const held = await hold(tx, ticketId, actor, toId, full);
  const { at, projectId } = held;
  for (const person of [from, to].toSorted((a, b) => a - b))
    await tx('addWorkload', idOf('user', person), person === to ? size.storyPoints : -size.storyPoints, at);
  const seq = await number(tx, projectId, 0);
  await tx('handTicket', ticketId, toId, seq, at);
  const [ended] = await tx('endSpan', assignmentId, at);
  if (ended?.['assignee_id'] !== fromId) throw new Error('the assignment had ended');
  await tx('startSpan', newId, ticketId, toId, actor.id, actor.name, 'REASSIGNED', fromId, at);
  await history(tx, actor, held, seq, ['assigneeId', fromId, toId]);
  if (full) {
    const ids = [assignmentId, newId, ticketId, projectId, fromId, toId, nameOf(to)] as const;
    await tx('handHistory', v7(), ...ids, 'REASSIGNED', actor.id, at, seq);
  }
  const handedOver = { assignmentId: newId, assigneeId: toId, previousAssigneeId: fromId };
  await appendEvent(tx, actor, held, seq, 'ticket.assigned', { assigneeId: [fromId, toId], handedOver });
  if (full) for (const id of [fromId, toId].toSorted()) await tellPerson(tx, actor, held, id);
  return { id: newId, ...handedOver };
}

async function claim(ticketId: string, tx: Tx, actor: Actor, full: boolean): Promise<{ id: string }> {
  const newId = v7();
  const held = await hold(tx, ticketId, actor, actor.id, full);
  const { at, projectId } = held;
  if (held.row['assignee_id'] !== null) throw new Error('somebody holds it');
  await tx('addWorkload', actor.id, size.storyPoints, at);
  const seq = await number(tx, projectId, 0);
  await tx('handTicket', ticketId, actor.id, seq, at);
  await tx('startSpan', newId, ticketId, actor.id, actor.id, actor.name, 'CLAIMED', null, at);
  const state: Change | undefined = full ? ['assignmentState', 'PENDING', 'ASSIGNED'] : undefined;
  await history(tx, actor, held, seq, ['assigneeId', null, actor.id], state);
  if (full) {
    const ids = [newId, null, ticketId, projectId, null, actor.id, actor.name] as const;
    await tx('handHistory', v7(), ...ids, 'CREATED', actor.id, at, seq);
  }
  await appendEvent(tx, actor, held, seq, 'ticket.assigned', { assigneeId: [null, actor.id], assignmentId: newId });
  if (full) await tellPerson(tx, actor, held, actor.id);
  return { id: newId };
}

async function begin(ticketId: string, tx: Tx, actor: Actor, full: boolean): Promise<{ id: string }> {
  const held = await hold(tx, ticketId, actor, actor.id, full);
  const seq = await number(tx, held.projectId, 1);
  await tx('beginTicket', ticketId, seq, held.at);
  await history(tx, actor, held, seq, ['status', String(held.row['status']), 'IN_PROGRESS']);
  await appendEvent(tx, actor, held, seq, 'ticket.updated', { status: ['OPEN', 'IN_PROGRESS'] });
  return { ...held.row, id: ticketId };
}

async function create(projectId: string, tx: Tx, actor: Actor, full: boolean): Promise<{ id: string }> {
  const [id, conversationId, at] = [v7(), v7(), now()];
  const [project] = await tx('projectFor', projectId, actor.id);
  if (!project?.['actor_role']) throw new Error('not allowed');
  const [taken] = await tx('takeTicketNumber', projectId);
  const [seq, nth] = [Number(taken?.['event_seq']), Number(taken?.['ticket_no'])];
  const { title, description } = newTicket;
  const row = { id, title, description, key: `${String(project['key'])}-${nth}`, reporter_id: actor.id, version: 0 };
  await tx('conversation', conversationId, projectId, at);
  await tx('ticket', id, projectId, nth, row.key, title, description, conversationId, actor.id, seq, at);
  if (full) await tx('searchable', id, projectId, searchVector(title, description));
  const held = { ticketId: id, projectId, row, at };
  await history(tx, actor, held, seq, ['ticket', null, JSON.stringify(row)]);
  await appendEvent(tx, actor, held, seq, 'ticket.created', {});
  return row;
}

async function comment(ticketId: string, tx: Tx, actor: Actor, full: boolean): Promise<{ id: string }> {
  const id = v7();
  const held = await hold(tx, ticketId, actor, actor.id, full);
  const seq = await number(tx, held.projectId, 0);
  await tx('comment', id, ticketId, actor.id, newComment.content, held.at);
  await appendEvent(tx, actor, held, seq, 'comment.created', { content: newComment.content });
  return { id };
}

async function number(tx: Tx, projectId: string, begun: number): Promise<number> {
  const [row] = await tx('takeNumber', projectId, begun);
  return Number(row?.['event_seq']);
}

type Change = readonly [field: string, before: string | null, after: string];

async function history(tx: Tx, actor: Actor, held: Held, seq: number, first: Change, second?: Change): Promise<void> {
  const version = Number(held.row['version']) + 1;
  const { ticketId, projectId, at } = held;
  const line = [v7(), ticketId, projectId, version, seq, 'UPDATED', ...first, actor.id, at];
  if (second) await tx('ticketHistory2', ...line, v7(), ...second);
  else await tx('ticketHistory', ...line);
}

async function appendEvent(tx: Tx, by: Actor, held: Held, seq: number, type: string, changes: object): Promise<void> {
  const { projectId, ticketId, row, at } = held;
  const payload = JSON.stringify({ ticket: row, changes });
  await tx('event', projectId, seq, v7(), type, by.id, by.name, ticketId, String(row['reporter_id']), payload, at);
}

async function tellPerson(tx: Tx, by: Actor, { projectId, ticketId, row, at }: Held, personId: string): Promise<void> {
  const [feed] = await tx('takeFeedNumber', personId);
  const payload = JSON.stringify({ ticket: { id: ticketId, key: row['key'], title: row['title'] }, reason: null });
  const seq = Number(feed?.['feed_seq']);
  await tx('feedEvent', personId, seq, v7(), 'ticket.assigned', by.id, by.name, projectId, ticketId, payload, at);
}
