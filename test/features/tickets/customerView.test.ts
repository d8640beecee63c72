import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssignmentHistoryInput, ListAssignmentsInput } from '../../../contract/assignment.js';
import type { ProjectEvent } from '../../../contract/event.js';
import type { TicketPatch, TicketReply } from '../../../contract/ticket.js';
import {
  ListTicketsInput,
  SearchTicketsInput,
  TicketHistoryInput,
  TicketTimelineInput,
} from '../../../contract/ticketInputs.js';
import { assignmentHistory, listAssignments } from '../../../server/features/assignments/assignments.queries.js';
import { assignTicket } from '../../../server/features/assignments/commands/assignTicket.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { getTask, listTasks } from '../../../server/features/tickets/tasks.queries.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { ticketHistory, ticketTimeline } from '../../../server/features/tickets/ticketHistory.queries.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import { newId } from '../../../server/kernel/ids.js';
import { ListTasksInput } from '../../../contract/task.js';
import { defineFields } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  parsed,
  patchTicket,
  refusal,
  rows,
  type TicketWorld,
} from '../../support/ticketWorld.js';

/** Numbers and words that stand nowhere else. */
const secretPoints = 987_654;
const secretHours = 54_321.5;
const canary = 'CANARY';

describeEachDialect('what a customer sees of their ticket', (dialect) => {
  let world: TicketWorld;
  let ticket: TicketReply;
  const skill = newId();
  const at = "'2026-11-01 00:00:00.000 +00:00'";

  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    await rows(
      world,
      `INSERT INTO skills (id, name, created_at, updated_at) VALUES ($1, '${canary}', ${at}, ${at})`,
      skill,
    );
    await defineFields(world, world.project, { note: 'TEXT' });
    ticket = await aTicket(world, {
      title: 'Visible',
      type: 'TASK',
      reporterId: world.customer.userId,
      storyPoints: secretPoints,
      estimatedHours: secretHours,
      requiredSkillId: skill,
      aiAssisted: true,
      customFields: { note: canary },
    });
    const { id: ticketId } = ticket;
    await patchTicket(world, world.ann, ticketId, {
      storyPoints: secretPoints + 1,
      customFields: { note: `${canary}2` },
    });
    await patchTicket(world, world.ann, ticketId, { storyPoints: secretPoints, priority: 'HIGH' });
    const { deps, lead, bob } = world;
    await assignTicket(deps, lead, { ticketId, assigneeId: bob.userId, reason: `${canary} knows this` });
    await createComment(deps, bob, { ticketId, content: canary, visibility: 'INTERNAL' });
    await createComment(deps, bob, { ticketId, content: 'Public words', visibility: 'PUBLIC' });
  });
  afterAll(() => world.close());

  const hides = (answer: unknown) => {
    const text = JSON.stringify(answer);
    for (const secret of [canary, String(secretPoints), String(secretPoints + 1), String(secretHours), skill])
      expect(text).not.toContain(secret);
    expect(text).not.toContain('"aiAssisted":true');
    return text;
  };

  const reads: Record<string, (actor: TicketWorld['ann']) => Promise<unknown>> = {
    'tickets.get': (actor) => getTicket(world.db, actor, { ticketId: ticket.id }),
    'tickets.get by key': (actor) => getTicket(world.db, actor, { key: ticket.key }),
    'tickets.list': (actor) => listTickets(world.db, actor, parsed(ListTicketsInput, {})),
    'tickets.search': (actor) => searchTickets(world.db, actor, parsed(SearchTicketsInput, { text: 'visible' })),
    'tickets.history': (actor) => ticketHistory(world.db, actor, parsed(TicketHistoryInput, { ticketId: ticket.id })),
    'tickets.timeline': (actor) =>
      ticketTimeline(world.db, actor, parsed(TicketTimelineInput, { ticketId: ticket.id })),
    'assignments.list': (actor) => listAssignments(world.db, actor, parsed(ListAssignmentsInput, {})),
    'assignments.history': (actor) =>
      assignmentHistory(world.db, actor, parsed(AssignmentHistoryInput, { ticketId: ticket.id })),
    'tasks.get': (actor) => getTask(world.db, actor, ticket.id),
    'tasks.list': (actor) => listTasks(world.db, actor, parsed(ListTasksInput, {})),
  };
  it.each(Object.entries(reads))('holds nothing of the staff’s in %s', async (_name, read) => {
    const staff = JSON.stringify(await read(world.ann));
    const customer = hides(await read(world.customer));

    expect(staff).toMatch(new RegExp(`${canary}|${secretPoints}|${secretHours}`));
    expect(customer).toContain(ticket.id);
    const others = await read(world.otherCustomer).then(JSON.stringify, String);
    expect(others).not.toContain(ticket.id);
  });

  it('holds nothing of the staff’s in the answer to their own edit', async () => {
    hides(await patchTicket(world, world.customer, ticket.id, { description: 'More words' }));
    hides(await patchTicket(world, world.customer, ticket.id, {}));
  });

  it('is the same as for nobody, to another customer', async () => {
    for (const actor of [world.otherCustomer]) {
      const missing = await refusal(world, 'NOT_FOUND', () => getTicket(world.db, actor, { ticketId: newId() }));
      const foreign = await refusal(world, 'NOT_FOUND', () => getTicket(world.db, actor, { ticketId: ticket.id }));
      expect(foreign).toEqual(missing);
    }
  });

  it('pages through a history and a timeline in which most is hidden, losing nothing that is not', async () => {
    const noisy = await aTicket(world, { reporterId: world.customer.userId });
    const patches: TicketPatch[] = Array.from({ length: 8 }, (_, n) => ({ storyPoints: n + 1 }));
    for (const patch of [...patches, { title: 'At last' }]) await patchTicket(world, world.ann, noisy.id, patch);
    await createComment(world.deps, world.customer, { ticketId: noisy.id, content: 'Hm', visibility: 'PUBLIC' });
    await patchTicket(world, world.ann, noisy.id, { priority: 'LOW' });

    const pages = async (read: (cursor?: string) => Promise<{ items: object[]; nextCursor: string | null }>) => {
      const items: object[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await read(cursor);
        items.push(...page.items);
        if (page.nextCursor === null) return items;
        expect(page.items).toHaveLength(2);
        cursor = page.nextCursor;
      }
    };
    const input = (cursor?: string) => ({ ticketId: noisy.id, limit: 2, cursor });
    const history = await pages((cursor) => ticketHistory(world.db, world.customer, input(cursor)));
    expect(history.map((entry: any) => entry.field)).toEqual([null, 'title', 'priority']);
    const timeline = await pages((cursor) => ticketTimeline(world.db, world.customer, input(cursor)));
    expect(timeline.map(({ entry }: any) => entry.content ?? entry.field)).toEqual([null, 'title', 'Hm', 'priority']);
  });

  describe('in the past of a ticket', () => {
    it('a page begins nowhere by a cursor of something else', async () => {
      const cursor = Buffer.from('["yesterday","x"]').toString('base64url');
      const input = { ticketId: ticket.id, limit: 50, cursor };

      await refusal(world, 'BAD_INPUT', () => ticketTimeline(world.db, world.ann, input));
      await refusal(world, 'BAD_INPUT', () => ticketHistory(world.db, world.ann, input));
    });

    it('everything stands in the order of time, changes, hands and comments together', async () => {
      const input = parsed(TicketTimelineInput, { ticketId: ticket.id });
      const { items } = await ticketTimeline(world.db, world.ann, input);

      expect(items.map(({ at: moment }) => moment)).toEqual(items.map(({ at: moment }) => moment).toSorted());
      expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['history', 'assignment', 'comment']));
    });
  });

  it('is told by events whose audience is theirs, never of internal comments', async () => {
    const sql = "SELECT type, audience, payload FROM events WHERE ticket_id = $1 AND type LIKE 'comment.%'";
    const events = await rows<{ audience: string; payload: ProjectEvent['payload'] | string }>(world, sql, ticket.id);

    const outside = events.filter(({ audience }) => audience !== 'TEAM');
    expect(outside).toHaveLength(1);
    expect(JSON.stringify(outside)).not.toContain(canary);
  });
});
