import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssignmentHistoryInput, ListAssignmentsInput } from '../../../contract/assignment.js';
import { assignmentHistory, listAssignments } from '../../../server/features/assignments/assignments.queries.js';
import { claimTicket } from '../../../server/features/assignments/commands/claimTicket.js';
import { reassignTicket } from '../../../server/features/assignments/commands/reassignTicket.js';
import { removeAssignment } from '../../../server/features/assignments/commands/removeAssignment.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { anAgent, join } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  eventsOf,
  give,
  parsed,
  patchTicket,
  refusal,
  rows,
  workloadOf,
  type TicketWorld,
} from '../../support/ticketWorld.js';

describeEachDialect('assignments', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const claim = (actor: Actor, ticket: { id: string }) => claimTicket(world.deps, actor, { ticketId: ticket.id });
  const remove = (assignmentId: string, reason?: string) =>
    removeAssignment(world.deps, world.lead, { assignmentId, reason });
  const reassign = (assignmentId: string, to: Actor, reason?: string) =>
    reassignTicket(world.deps, world.lead, { assignmentId, newAssigneeId: to.userId, reason });
  const holders = async (ticket: { id: string }) => {
    const { assignees } = await getTicket(world.db, world.lead, { ticketId: ticket.id });
    return assignees.map(({ name, isPrimary }) => [name.split(' ')[0], isPrimary]);
  };
  const handHistory = async (ticket: { id: string }) => {
    const input = parsed(AssignmentHistoryInput, { ticketId: ticket.id });
    return (await assignmentHistory(world.db, world.lead, input)).items;
  };

  describe('claiming', () => {
    it('gives a ticket to whoever asks first, as theirs by claim', async () => {
      const ticket = await aTicket(world, { storyPoints: 3 });
      const points = await workloadOf(world, world.bob);
      const span = await claim(world.bob, ticket);

      expect(span).toMatchObject({ type: 'CLAIMED', isPrimary: true, assigneeName: 'Bob Agent', status: 'ACTIVE' });
      expect(await getTicket(world.db, world.ann, { ticketId: ticket.id })).toMatchObject({
        assigneeId: world.bob.userId,
        assignmentState: 'ASSIGNED',
        version: 2,
        lastSeq: span.seq,
      });
      expect(await workloadOf(world, world.bob)).toBe(points + 3);
      const changes = { assigneeId: { before: null, after: world.bob.userId } };
      const handover = { assigneeName: 'Bob Agent', previousAssigneeId: null, type: 'CLAIMED' };
      expect((await eventsOf(world, ticket)).at(-1)).toMatchObject({
        seq: span.seq,
        type: 'ticket.assigned',
        payload: { changes, handover },
      });
    });

    it('twice changes nothing, and answers with the same assignment', async () => {
      const ticket = await aTicket(world);
      const first = await claim(world.bob, ticket);

      expect(await claim(world.bob, ticket)).toEqual(first);
      expect(await eventsOf(world, ticket)).toHaveLength(2);
    });

    it('lets one of fifty win, and tells the others who it was', async () => {
      const ticket = await aTicket(world, { storyPoints: 5 });
      const agents = await Promise.all(Array.from({ length: 50 }, (_, n) => anAgent(world, `Racer ${n}`)));
      for (const agent of agents) await join(world, world.project, agent, 'MEMBER');
      const outcomes = await Promise.allSettled(agents.map((agent) => claim(agent, ticket)));

      const [winner, ...others] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
      expect(others).toEqual([]);
      const details = { holderId: winner!.assigneeId, holderName: winner!.assigneeName, assignmentId: winner!.id };
      const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(refusals).toHaveLength(49);
      for (const refused of refusals) expect(refused).toMatchObject({ code: 'CONFLICT', details });
      expect(await eventsOf(world, ticket)).toHaveLength(2);
      expect(await rows(world, 'SELECT id FROM assignments WHERE ticket_id = $1', ticket.id)).toHaveLength(1);
    });

    it('is refused to whom the ticket is foreign, to customers, and for closed tickets', async () => {
      const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);
      const reported = await aTicket(world, {}, world.customer);
      const closed = await aTicket(world, { status: 'CLOSED' });

      const missing = await refusal(world, 'NOT_FOUND', () => claim(world.ann, { id: newId() }));
      expect(await refusal(world, 'NOT_FOUND', () => claim(world.ann, foreign))).toEqual(missing);
      await refusal(world, 'FORBIDDEN', () => claim(world.customer, reported));
      await refusal(world, 'CONFLICT', () => claim(world.ann, closed));
    });
  });

  describe('assigning', () => {
    it('makes the first holder primary, the next ones not', async () => {
      const ticket = await aTicket(world);
      await give(world, ticket, world.ann);
      await give(world, ticket, world.bob);

      expect(await holders(ticket)).toEqual([
        ['Ann', true],
        ['Bob', false],
      ]);
    });

    it('as primary lets the former primary stay, without the mark', async () => {
      const ticket = await aTicket(world);
      await give(world, ticket, world.ann);
      const span = await give(world, ticket, world.bob, true);

      expect(span.isPrimary).toBe(true);
      expect(await holders(ticket)).toEqual([
        ['Ann', false],
        ['Bob', true],
      ]);
      expect(await getTicket(world.db, world.ann, { ticketId: ticket.id })).toMatchObject({
        assigneeId: world.bob.userId,
      });
    });

    it('who holds it already changes nothing', async () => {
      const ticket = await aTicket(world);
      await give(world, ticket, world.ann);
      const span = await give(world, ticket, world.bob);

      expect(await give(world, ticket, world.bob)).toEqual({ ...span, seq: span.seq });
      expect(await give(world, ticket, world.ann, true)).toMatchObject({ isPrimary: true, seq: span.seq });
      expect(await eventsOf(world, ticket)).toHaveLength(3);
    });

    it('who holds it already as primary moves the mark', async () => {
      const ticket = await aTicket(world, { storyPoints: 2 });
      const points = await workloadOf(world, world.bob);
      await give(world, ticket, world.ann);
      await give(world, ticket, world.bob);
      await give(world, ticket, world.bob, true);

      expect(await holders(ticket)).toEqual([
        ['Ann', false],
        ['Bob', true],
      ]);
      expect(await workloadOf(world, world.bob)).toBe(points + 2);
    });

    it('tells the person in their own stream', async () => {
      const ticket = await aTicket(world);
      const { id: assignmentId } = await give(world, ticket, world.cyd);
      const wake = world.wakes.at(-1);

      const sql = 'SELECT type, ticket_id, actor_name FROM feed_events WHERE user_id = $1 ORDER BY seq DESC LIMIT 2';
      expect(await rows(world, sql, world.cyd.userId)).toEqual([
        { type: 'notification.added', ticket_id: ticket.id, actor_name: 'Lea Lead' },
        { type: 'ticket.assigned', ticket_id: ticket.id, actor_name: 'Lea Lead' },
      ]);
      expect(wake).toMatchObject({ kind: 'user', id: world.cyd.userId });
      expect(assignmentId).toBeDefined();
    });

    it('lets administrators hold tickets of any project, customers and strangers of none', async () => {
      const ticket = await aTicket(world);
      const stranger = await anAgent(world, 'Stran Ger');

      expect(await give(world, ticket, world.admin)).toMatchObject({ assigneeId: world.admin.userId });
      await refusal(world, 'BAD_INPUT', () => give(world, ticket, world.customer));
      await refusal(world, 'BAD_INPUT', () => give(world, ticket, stranger));
      const nobody = { ...world.ann, userId: newId() };
      await refusal(world, 'NOT_FOUND', () => give(world, ticket, nobody));
    });

    it('refuses people who are no longer active', async () => {
      const gone = await anAgent(world, 'Gone Agent');
      await join(world, world.project, gone, 'MEMBER');
      await rows(world, 'UPDATE users SET active = false WHERE id = $1', gone.userId);
      const ticket = await aTicket(world);

      await refusal(world, 'BAD_INPUT', () => give(world, ticket, gone));
    });
  });

  describe('reassigning', () => {
    it('ends the old span and begins a new one, with one line of history', async () => {
      const ticket = await aTicket(world, { storyPoints: 4 });
      const old = await give(world, ticket, world.ann);
      const [annHad, bobHad] = [await workloadOf(world, world.ann), await workloadOf(world, world.bob)];
      const next = await reassign(old.id, world.bob, 'holidays');

      expect(next).toMatchObject({ type: 'REASSIGNED', originalAssigneeId: world.ann.userId, reason: 'holidays' });
      expect(next).toMatchObject({ isPrimary: true, assigneeId: world.bob.userId, status: 'ACTIVE' });
      expect(await rows(world, 'SELECT status, is_primary FROM assignments WHERE id = $1', old.id)).toMatchObject([
        { status: 'REMOVED' },
      ]);
      expect(await holders(ticket)).toEqual([['Bob', true]]);
      expect(await workloadOf(world, world.ann)).toBe(annHad - 4);
      expect(await workloadOf(world, world.bob)).toBe(bobHad + 4);
      expect(await handHistory(ticket)).toMatchObject([
        { action: 'CREATED', assignmentId: old.id, previousDeveloper: null, newDeveloper: 'Ann Agent' },
        { action: 'REASSIGNED', assignmentId: old.id, previousDeveloper: 'Ann Agent', newDeveloper: 'Bob Agent' },
      ]);
      const ofNext = parsed(AssignmentHistoryInput, { assignmentId: next.id });
      expect((await assignmentHistory(world.db, world.ann, ofNext)).items).toMatchObject([{ action: 'REASSIGNED' }]);
    });

    it('to the same person changes nothing', async () => {
      const ticket = await aTicket(world);
      const span = await give(world, ticket, world.ann);

      expect(await reassign(span.id, world.ann)).toEqual(span);
      expect(await eventsOf(world, ticket)).toHaveLength(2);
    });

    it('to somebody who shares it leaves them one span, primary if the old one was', async () => {
      const ticket = await aTicket(world, { storyPoints: 1 });
      const primary = await give(world, ticket, world.ann);
      await give(world, ticket, world.bob);
      await reassign(primary.id, world.bob);

      expect(await holders(ticket)).toEqual([['Bob', true]]);
    });

    it('refuses an assignment that has ended, naming the holder, and one that is foreign as if missing', async () => {
      const ticket = await aTicket(world);
      const old = await give(world, ticket, world.ann);
      const next = await reassign(old.id, world.bob);
      const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);
      const hidden = await claim(world.admin, foreign);

      const { details } = await refusal(world, 'CONFLICT', () => reassign(old.id, world.cyd));
      expect(details).toEqual({ holderId: world.bob.userId, holderName: 'Bob Agent', assignmentId: next.id });
      const missing = await refusal(world, 'NOT_FOUND', () => reassign(newId(), world.cyd));
      expect(await refusal(world, 'NOT_FOUND', () => reassign(hidden.id, world.cyd))).toEqual(missing);
      expect(await refusal(world, 'NOT_FOUND', () => remove(hidden.id))).toEqual(missing);
    });
  });

  describe('removing', () => {
    it('lets whoever held it longest of the others follow as primary', async () => {
      const ticket = await aTicket(world);
      const primary = await give(world, ticket, world.ann);
      await give(world, ticket, world.bob);
      await give(world, ticket, world.cyd);
      const ended = await remove(primary.id, 'enough');

      expect(ended).toMatchObject({ status: 'REMOVED', isPrimary: false, unassignedAt: expect.any(String) });
      expect(await holders(ticket)).toEqual([
        ['Bob', true],
        ['Cyd', false],
      ]);
      const handover = { assigneeId: null, previousAssigneeName: 'Ann Agent', reason: 'enough' };
      expect((await eventsOf(world, ticket)).at(-1)).toMatchObject({
        type: 'ticket.unassigned',
        payload: { handover },
      });
    });

    it('keeps the ticket assigned while somebody holds it, and makes it pending when nobody does', async () => {
      const ticket = await aTicket(world);
      const first = await give(world, ticket, world.ann);
      const second = await give(world, ticket, world.bob);
      const state = async () => (await getTicket(world.db, world.ann, { ticketId: ticket.id })).assignmentState;

      await remove(second.id);
      expect(await state()).toBe('ASSIGNED');
      await remove(first.id);
      expect(await state()).toBe('PENDING');
      await refusal(world, 'CONFLICT', () => remove(first.id));
    });

    it('is for staff only', async () => {
      const ticket = await aTicket(world, {}, world.customer);
      const { id: assignmentId } = await give(world, ticket, world.ann);

      await refusal(world, 'FORBIDDEN', () => removeAssignment(world.deps, world.customer, { assignmentId }));
      await refusal(world, 'NOT_FOUND', () => removeAssignment(world.deps, world.otherCustomer, { assignmentId }));
    });
  });

  it('survive a storm of every kind at once without a contradiction', async () => {
    const tickets = [await aTicket(world, { storyPoints: 3 }), await aTicket(world, { storyPoints: 5 })];
    const staff = [world.ann, world.bob, world.cyd, world.lead];
    const calls = Array.from({ length: 60 }, async (_, n) => {
      const [ticket, actor] = [tickets[n % 2]!, staff[n % 4]!];
      if (n % 5 === 0) return claim(actor, ticket);
      if (n % 5 === 1) return give(world, ticket, actor, n % 3 === 0);
      if (n % 5 === 2) return patchTicket(world, actor, ticket.id, { storyPoints: n });
      if (n % 5 === 3) return patchTicket(world, actor, ticket.id, { status: n % 4 ? 'REVIEW' : 'RESOLVED' });
      const sql = "SELECT id FROM assignments WHERE ticket_id = $1 AND status = 'ACTIVE'";
      const [active] = await rows<{ id: string }>(world, sql, ticket.id);
      return active && (n % 2 ? remove(active.id) : reassign(active.id, actor));
    });
    const outcomes = await Promise.allSettled(calls);

    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(new Set(codes)).toSatisfy((seen: Set<string>) => [...seen].every((code) => code === 'CONFLICT'));
    expect(await findViolations(world.db)).toEqual([]);
  });

  describe('listed', () => {
    it('are the active ones, latest first, by person, ticket, project and time', async () => {
      const ticket = await aTicket(world);
      const [first, second] = [await give(world, ticket, world.ann), await give(world, ticket, world.bob)];
      const list = async (filter: object, actor: Actor = world.lead) =>
        (await listAssignments(world.db, actor, parsed(ListAssignmentsInput, filter))).items.map(({ id }) => id);

      expect(await list({ ticketId: ticket.id })).toEqual([second.id, first.id]);
      expect(await list({ ticketId: ticket.id, developerId: world.ann.userId })).toEqual([first.id]);
      const sql = 'SELECT id FROM developers WHERE user_id = $1';
      const [profile] = await rows<{ id: string }>(world, sql, world.bob.userId);
      expect(await list({ ticketId: ticket.id, developerId: profile!.id })).toEqual([second.id]);
      expect(await list({ ticketId: ticket.id, from: second.assignedAt, to: second.assignedAt })).toEqual([]);
      await remove(first.id);
      expect(await list({ ticketId: ticket.id, status: 'REMOVED' })).toEqual([first.id]);
      expect(await list({ ticketId: ticket.id }, world.customer)).toEqual([]);
      await refusal(world, 'NOT_FOUND', () => list({ projectId: world.foreign.id }, world.ann));
    });
  });
});
