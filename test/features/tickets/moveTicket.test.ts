import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateCommentInput } from '../../../contract/comment.js';
import { ListTicketsInput } from '../../../contract/ticketInputs.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { archiveProject } from '../../../server/features/projects/commands/archiveProject.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { tagTicket } from '../../../server/features/tickets/commands/tagTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { ticketCounts } from '../../../server/features/tickets/ticketCounts.js';
import { ticketHistory, ticketTimeline } from '../../../server/features/tickets/ticketHistory.queries.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { aProject, defineFields } from '../../support/people.js';
import { eventsOf as eventsIn, feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  give,
  parsed,
  patchTicket,
  refusal,
  workloadOf,
  type TicketWorld,
} from '../../support/ticketWorld.js';

describeEachDialect('moving a ticket to another project', (dialect) => {
  let world: TicketWorld;
  /** Where the lead and Ann are members, but neither Bob nor any customer. */
  let target: { id: string; key: string };
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    target = await aProject(world, { lead: world.lead, members: [world.ann] });
  });
  afterAll(() => world.close());

  const move = (ticket: { id: string }, projectId = target.id, actor: Actor = world.lead, reason?: string) =>
    moveTicket(world.deps, actor, { ticketId: ticket.id, projectId, ...(reason === undefined ? {} : { reason }) });

  it('gives it the next number there, with its past, its discussion and those who can hold it', async () => {
    const before = await ticketCounts(world.db, world.lead, target.id);
    const ticket = await aTicket(world, {
      title: 'Wandering zebra',
      reporterId: world.customer.userId,
      storyPoints: 5,
    });
    await give(world, ticket, world.bob);
    await give(world, ticket, world.ann);
    await patchTicket(world, world.ann, ticket.id, { status: 'IN_PROGRESS' });
    const words = parsed(CreateCommentInput, { ticketId: ticket.id, content: 'Mind the stripes' });
    await createComment(world.deps, world.ann, words);
    const source = await ticketCounts(world.db, world.lead, world.project.id);

    const moved = await move(ticket, target.id, world.lead, 'It is theirs');

    expect(moved).toMatchObject({ id: ticket.id, projectId: target.id, key: `${target.key}-${moved.number}` });
    expect(moved.assignees.map(({ userId }) => userId)).toEqual([world.ann.userId]);
    expect(await workloadOf(world, world.bob)).toBe(0);
    expect(await workloadOf(world, world.ann)).toBe(5);
    const [there, here] = [target.id, world.project.id].map((id) => ticketCounts(world.db, world.lead, id));
    expect((await there)?.byStatus.IN_PROGRESS).toBe(before.byStatus.IN_PROGRESS + 1);
    expect((await here)?.byStatus.IN_PROGRESS).toBe(source.byStatus.IN_PROGRESS - 1);
    await refusal(world, 'NOT_FOUND', () => getTicket(world.db, world.lead, { key: ticket.key }));
    await refusal(world, 'NOT_FOUND', () => getTicket(world.db, world.bob, { ticketId: ticket.id }));
    await refusal(world, 'NOT_FOUND', () => getTicket(world.db, world.customer, { ticketId: ticket.id }));
    expect(await getTicket(world.db, world.ann, { key: moved.key })).toMatchObject({ id: ticket.id });
    const found = (projectId: string) =>
      searchTickets(world.db, world.lead, { projectId, text: 'zebra', limit: 10 }).then(({ items }) => items.length);
    expect([await found(world.project.id), await found(target.id)]).toEqual([0, 1]);
    const history = await ticketHistory(world.db, world.ann, { ticketId: ticket.id, limit: 50 });
    const versions = history.items.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(history.items.filter(({ action }) => action === 'ARRIVED').map(({ field }) => field)).toEqual(
      expect.arrayContaining(['projectId', 'number', 'key']),
    );
    const timeline = await ticketTimeline(world.db, world.ann, { ticketId: ticket.id, limit: 50 });
    expect(JSON.stringify(timeline)).toContain('Mind the stripes');
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('is found there by its tags and fields, and here no longer', async () => {
    for (const project of [world.project, target]) await defineFields(world, project, { depth: 'NUMBER' });
    const ticket = await aTicket(world);
    await patchTicket(world, world.ann, ticket.id, { customFields: { depth: 3 } });
    await tagTicket(world.deps, world.ann, { ticketId: ticket.id, tags: ['wandering'] });

    await move(ticket);

    const found = async (projectId: string, filter: object) =>
      (await listTickets(world.db, world.lead, parsed(ListTicketsInput, { projectId, ...filter }))).items.map(
        ({ id }) => id,
      );
    for (const filter of [{ tag: 'wandering' }, { customFields: { depth: 3 } }]) {
      expect(await found(target.id, filter)).toEqual([ticket.id]);
      expect(await found(world.project.id, filter)).toEqual([]);
    }
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('tells the one project that it left and nothing else, the other all of it', async () => {
    const ticket = await aTicket(world, { title: 'CANARY', reporterId: world.customer.userId });
    await give(world, ticket, world.bob);

    const moved = await move(ticket, target.id, world.lead, 'CANARY');

    const left = (await eventsIn(world, world.project.id)).at(-1)!;
    expect(left).toMatchObject({
      type: 'ticket.moved',
      audience: 'REPORTER',
      payload: { ticket: { id: ticket.id, key: ticket.key }, status: 'OPEN' },
    });
    expect(JSON.stringify(left)).not.toMatch(new RegExp(`CANARY|${target.key}|${target.id}`));
    const arrived = (await eventsIn(world, target.id)).at(-1)!;
    expect(arrived).toMatchObject({
      seq: moved.seq,
      type: 'ticket.arrived',
      payload: { ticket: { id: ticket.id, title: 'CANARY', key: moved.key, lastSeq: moved.seq }, reason: 'CANARY' },
    });
    const notices = await feedOf(world, world.bob.userId);
    expect(notices.findLast(({ type }) => type === 'ticket.moved')).toMatchObject({
      type: 'ticket.moved',
      payload: { ticket: { id: ticket.id, key: ticket.key } },
    });
  });

  it('there and back and there again adds up', async () => {
    const ticket = await aTicket(world);
    for (const projectId of [target.id, world.project.id, target.id, world.project.id]) await move(ticket, projectId);
    await patchTicket(world, world.ann, ticket.id, { title: 'Home again' });

    expect(await getTicket(world.db, world.bob, { ticketId: ticket.id })).toMatchObject({
      title: 'Home again',
      projectId: world.project.id,
    });
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('to where it is changes nothing', async () => {
    const ticket = await aTicket(world);

    const same = await move(ticket, world.project.id);

    expect(same).toMatchObject({ key: ticket.key, version: ticket.version, seq: ticket.seq });
  });

  it('is for members of both projects', async () => {
    const ticket = await aTicket(world, { reporterId: world.customer.userId });
    const half = await aProject(world, { lead: world.lead, customers: [world.customer] });

    const missing = await refusal(world, 'NOT_FOUND', () => move(ticket, newId()));
    expect(await refusal(world, 'NOT_FOUND', () => move(ticket, world.foreign.id))).toEqual(missing);
    expect(await refusal(world, 'NOT_FOUND', () => move(ticket, target.id, world.bob))).toEqual(missing);
    await refusal(world, 'NOT_FOUND', () => move(ticket, half.id, world.otherCustomer));
    await refusal(world, 'FORBIDDEN', () => move(ticket, half.id, world.customer));
    await refusal(world, 'NOT_FOUND', () => move({ id: newId() }));
    expect(await move(ticket, target.id, world.ann)).toMatchObject({ projectId: target.id });
  });

  it('is refused while tickets stand below it, when it is deleted, and into an archive', async () => {
    const parent = await aTicket(world);
    const child = await aTicket(world, { parentId: parent.id });
    const archived = await aProject(world, { lead: world.lead });
    await archiveProject(world.deps, world.lead, { projectId: archived.id, archived: true });
    const gone = await aTicket(world);
    await deleteTicket(world.deps, world.lead, { ticketId: gone.id });

    expect((await refusal(world, 'CONFLICT', () => move(parent))).details).toEqual({ childKey: child.key });
    await refusal(world, 'CONFLICT', () => move(child, archived.id));
    await refusal(world, 'NOT_FOUND', () => move(gone));
    expect(await move(child)).toMatchObject({ parentId: null });
    const below = await aTicket(world, { parentId: parent.id });
    await deleteTicket(world.deps, world.lead, { ticketId: below.id });
    expect((await refusal(world, 'CONFLICT', () => move(parent))).message).toBe(
      `${below.key} stands below ${parent.key}. It is deleted: restore it and move it out first.`,
    );
  });

  it('happens once when two do it at once, in whatever directions projects are locked', async () => {
    const tickets = [];
    for (let nth = 0; nth < 6; nth++) tickets.push(await aTicket(world));
    const away = await Promise.all(tickets.slice(0, 3).map((ticket) => move(ticket)));

    const outcomes = await Promise.allSettled([
      ...tickets.slice(3).flatMap((ticket) => [move(ticket), move(ticket)]),
      ...away.map((ticket) => move(ticket, world.project.id)),
    ]);

    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await findViolations(world.db)).toEqual([]);
  });
});
