import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateCommentInput, ListCommentsInput } from '../../../contract/comment.js';
import { SearchInput } from '../../../contract/search.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteComment } from '../../../server/features/comments/commands/deleteComment.js';
import { listComments } from '../../../server/features/comments/comments.queries.js';
import { find } from '../../../server/features/search/search.queries.js';
import { splitTicket } from '../../../server/features/tickets/commands/splitTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { ticketHistory } from '../../../server/features/tickets/ticketHistory.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { defineFields } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, eventsOf, give, parsed, refusal, type TicketWorld } from '../../support/ticketWorld.js';

type Ref = { readonly id: string };

describeEachDialect('splitting a ticket', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());

  const split = (ticket: Ref, commentIds: string[] = [], actor: Actor = world.ann) =>
    splitTicket(world.deps, actor, { ticketId: ticket.id, title: 'Another matter', commentIds });
  const say = (ticket: Ref, content: string, more: object = {}, actor: Actor = world.ann) =>
    createComment(world.deps, actor, parsed(CreateCommentInput, { ticketId: ticket.id, content, ...more }));
  const commentsOf = async (ticket: Ref, actor: Actor = world.ann) =>
    (await listComments(world.db, actor, parsed(ListCommentsInput, { ticketId: ticket.id }))).items;

  it('makes another one like it, open and held by nobody, linked to it', async () => {
    const reporterId = world.customer.userId;
    const ticket = await aTicket(world, { reporterId, priority: 'URGENT', type: 'TASK', category: 'BILLING' });
    await give(world, ticket, world.bob);

    const made = await split(ticket);

    expect(made).toMatchObject({
      title: 'Another matter',
      projectId: world.project.id,
      reporterId,
      createdBy: world.ann.userId,
      priority: 'URGENT',
      type: 'TASK',
      category: 'BILLING',
      status: 'OPEN',
      assignees: [],
      version: 1,
    });
    const read = (ticketId: string) => getTicket(world.db, world.ann, { ticketId });
    expect((await read(made.id)).links).toMatchObject([{ type: 'SPLIT_FROM', isFrom: true, ticketId: ticket.id }]);
    expect((await read(ticket.id)).links).toMatchObject([{ type: 'SPLIT_FROM', isFrom: false, key: made.key }]);
    expect((await eventsOf(world, ticket)).at(-1)).toMatchObject({
      type: 'ticket.linked',
      payload: { link: { type: 'SPLIT_FROM', isFrom: false, ticketId: made.id, key: made.key } },
    });
    expect(await eventsOf(world, made)).toMatchObject([
      { type: 'ticket.created', seq: made.seq, payload: { link: { isFrom: true, key: ticket.key } } },
    ]);
    const { items } = await ticketHistory(world.db, world.ann, { ticketId: made.id, limit: 10 });
    expect(items.map(({ field }) => field)).toEqual([null, 'links']);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('copies the comments that are named, with who said them and to whom, and leaves the others where they are', async () => {
    const ticket = await aTicket(world, { reporterId: world.customer.userId });
    const asked = await say(ticket, 'asked', {}, world.customer);
    const answer = await say(ticket, 'answered', { parentId: asked.id });
    const noted = await say(ticket, 'noted', { visibility: 'INTERNAL' });
    const lone = await say(ticket, 'answers what stays', { parentId: asked.id });
    await say(ticket, 'stays');

    const made = await split(ticket, [noted.id, answer.id, asked.id, asked.id]);
    const alone = await split(ticket, [lone.id]);

    const copies = await commentsOf(made);
    expect(copies).toMatchObject([
      { content: 'asked', userId: world.customer.userId, createdAt: asked.createdAt, parentId: null },
      { content: 'answered', userId: world.ann.userId, parentId: copies[0]!.id },
      { content: 'noted', visibility: 'INTERNAL' },
    ]);
    expect(await commentsOf(alone)).toMatchObject([{ content: 'answers what stays', parentId: null }]);
    expect((await commentsOf(made, world.customer)).map(({ content }) => content)).toEqual(['asked', 'answered']);
    expect(await commentsOf(ticket)).toHaveLength(5);
    const events = await eventsOf(world, made);
    expect(events.map(({ type, audience }) => [type, audience])).toEqual([
      ['ticket.created', 'REPORTER'],
      ['comment.created', 'REPORTER'],
      ['comment.created', 'REPORTER'],
      ['comment.created', 'TEAM'],
    ]);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('gives the other one the custom fields too, and a conversation of its own', async () => {
    await defineFields(world, world.project, { note: 'TEXT' });
    const ticket = await aTicket(world, { customFields: { note: 'kept' } });

    const made = await split(ticket);

    expect(made.customFields).toEqual({ note: 'kept' });
    expect(made.conversationId).not.toBe(ticket.conversationId);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('makes copies that are found as what was copied is', async () => {
    const ticket = await aTicket(world);
    const { id } = await say(ticket, 'chinchilla');

    const made = await split(ticket, [id]);

    const { items } = await find(world.db, world.ann, parsed(SearchInput, { text: 'chinchilla' }));
    expect(items.map(({ ticketId }) => ticketId ?? '').toSorted()).toEqual([ticket.id, made.id].toSorted());
  });

  it('is refused with a comment of another ticket, or a deleted one, and to customers', async () => {
    const [ticket, other] = [await aTicket(world, { reporterId: world.customer.userId }), await aTicket(world)];
    const [there, gone] = [await say(other, 'there'), await say(ticket, 'gone')];
    await deleteComment(world.deps, world.ann, { commentId: gone.id });

    const missing = await refusal(world, 'BAD_INPUT', () => split(ticket, [newId()]));
    expect(await refusal(world, 'BAD_INPUT', () => split(ticket, [there.id]))).toEqual(missing);
    expect(await refusal(world, 'BAD_INPUT', () => split(ticket, [gone.id]))).toEqual(missing);
    await refusal(world, 'FORBIDDEN', () => split(ticket, [], world.customer));
    await refusal(world, 'NOT_FOUND', () => split(ticket, [], world.otherCustomer));
  });

  it('happens once under one key', async () => {
    const ticket = await aTicket(world);
    const { id } = await say(ticket, 'words');
    const input = { ticketId: ticket.id, title: 'Once', commentIds: [id], idempotencyKey: newId() };

    const first = await splitTicket(world.deps, world.ann, input);

    expect(await splitTicket(world.deps, world.ann, input)).toEqual(first);
    expect((await getTicket(world.db, world.ann, { ticketId: ticket.id })).links).toHaveLength(1);
  });
});
