import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CreateCommentInput, ListCommentsInput } from '../../../contract/comment.js';
import { TicketTimelineInput } from '../../../contract/ticketInputs.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteComment } from '../../../server/features/comments/commands/deleteComment.js';
import { updateComment } from '../../../server/features/comments/commands/updateComment.js';
import { listComments } from '../../../server/features/comments/comments.queries.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { ticketTimeline } from '../../../server/features/tickets/ticketHistory.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, eventsOf, parsed, refusal, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('comments', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  type Draft = Partial<z.input<typeof CreateCommentInput>>;
  const say = (actor: Actor, ticket: { id: string }, content: string, more: Draft = {}) =>
    createComment(world.deps, actor, parsed(CreateCommentInput, { ticketId: ticket.id, content, ...more }));
  const internal = { visibility: 'INTERNAL' } as const;
  const edit = (actor: Actor, commentId: string, patch: object, expectedVersion?: number) =>
    updateComment(world.deps, actor, { commentId, patch, expectedVersion });
  const list = async (actor: Actor, ticket: { id: string }, more: object = {}) =>
    (await listComments(world.db, actor, parsed(ListCommentsInput, { ticketId: ticket.id, ...more }))).items;
  const contents = async (actor: Actor, ticket: { id: string }) =>
    (await list(actor, ticket)).map(({ content }) => content);
  const timeline = async (actor: Actor, ticket: { id: string }) =>
    (await ticketTimeline(world.db, actor, parsed(TicketTimelineInput, { ticketId: ticket.id }))).items;
  const reported = () => aTicket(world, { title: 'Reported' }, world.customer);
  const commentEvents = async (ticket: { id: string }) =>
    (await eventsOf(world, ticket)).filter(({ type }) => type.startsWith('comment.'));

  it('are told to the team and, when public, to the reporter', async () => {
    const ticket = await reported();
    const open = await say(world.ann, ticket, 'Hello');
    const hidden = await say(world.ann, ticket, 'Psst', internal);

    expect(open).toMatchObject({ userName: 'Ann Agent', visibility: 'PUBLIC', version: 1, deletedAt: null });
    expect(await commentEvents(ticket)).toMatchObject([
      { seq: open.seq, type: 'comment.created', audience: 'REPORTER', reporterId: world.customer.userId },
      { seq: hidden.seq, type: 'comment.created', audience: 'TEAM', payload: { comment: { content: 'Psst' } } },
    ]);
  });

  it('that are internal reach no customer by list or timeline', async () => {
    const ticket = await reported();
    await say(world.customer, ticket, 'Any news?');
    await say(world.ann, ticket, 'CANARY', internal);

    expect(await contents(world.ann, ticket)).toEqual(['Any news?', 'CANARY']);
    expect(await contents(world.customer, ticket)).toEqual(['Any news?']);
    expect(JSON.stringify(await timeline(world.customer, ticket))).not.toContain('CANARY');
    expect(JSON.stringify(await timeline(world.ann, ticket))).toContain('CANARY');
  });

  describe('set the time of the first response', () => {
    const respondedAt = async (ticket: { id: string }) =>
      (await getTicket(world.db, world.ann, { ticketId: ticket.id })).firstResponseAt;

    it('once, when public and by staff other than the reporter', async () => {
      const ticket = await reported();
      await say(world.customer, ticket, 'Hello?');
      await say(world.ann, ticket, 'A customer', internal);
      expect(await respondedAt(ticket)).toBeNull();

      const answer = await say(world.ann, ticket, 'Hello!');
      expect(await respondedAt(ticket)).toBe(answer.createdAt);
      world.clock.advance(1_000);
      await say(world.bob, ticket, 'Me too');
      expect(await respondedAt(ticket)).toBe(answer.createdAt);
      const types = (await eventsOf(world, ticket)).map(({ type }) => type);
      expect(types.filter((type) => type === 'ticket.updated')).toHaveLength(1);
    });

    it('when an internal one by staff other than the reporter is made public', async () => {
      const ticket = await reported();
      const note = await say(world.ann, ticket, 'Tell them this', internal);
      world.clock.advance(1_000);
      const opened = await updateComment(world.deps, world.ann, {
        commentId: note.id,
        patch: { visibility: 'PUBLIC' },
      });

      expect(await respondedAt(ticket)).toBe(opened.updatedAt);

      const own = await aTicket(world, {}, world.ann);
      const remark = await say(world.ann, own, 'To myself', internal);
      await updateComment(world.deps, world.lead, { commentId: remark.id, patch: { visibility: 'PUBLIC' } });
      expect(await respondedAt(own)).toBeNull();
    });

    it('not by the reporter, also when they are staff', async () => {
      const ticket = await aTicket(world, {}, world.ann);
      await say(world.ann, ticket, 'One more thing');

      expect(await respondedAt(ticket)).toBeNull();
    });
  });

  describe('made internal', () => {
    it('are gone for the reporter, with all that was said of them, and changed for the team', async () => {
      const ticket = await reported();
      const { id } = await say(world.ann, ticket, 'Said too much');
      const hidden = await edit(world.ann, id, { ...internal, content: 'Said too much, CANARY' });

      const [said, changed] = await commentEvents(ticket);
      expect(said).toMatchObject({ type: 'comment.created', audience: 'TEAM' });
      expect(changed).toMatchObject({ seq: hidden.seq, type: 'comment.updated', audience: 'REPORTER' });
      expect(await contents(world.customer, ticket)).toEqual([]);
    });

    it('are then missing to their customer, also to reply to', async () => {
      const ticket = await reported();
      const { id } = await say(world.customer, ticket, 'My own');
      await edit(world.lead, id, internal);

      await refusal(world, 'NOT_FOUND', () => edit(world.customer, id, { content: 'x' }));
      await refusal(world, 'BAD_INPUT', () => say(world.customer, ticket, 'Re', { parentId: id }));
    });

    it('are answered by internal ones alone: an answer names what it answers', async () => {
      const ticket = await reported();
      const { id: parentId } = await say(world.ann, ticket, 'Among us', internal);

      const refused = await refusal(world, 'BAD_INPUT', () => say(world.bob, ticket, 'Re', { parentId }));
      expect(refused.details).toEqual({ field: 'visibility' });
      const answer = await say(world.bob, ticket, 'Re', { parentId, ...internal });
      await refusal(world, 'BAD_INPUT', () => edit(world.bob, answer.id, { visibility: 'PUBLIC' }));
      expect(await list(world.customer, ticket)).toEqual([]);
      await edit(world.ann, parentId, { visibility: 'PUBLIC' });
      expect(await edit(world.bob, answer.id, { visibility: 'PUBLIC' })).toMatchObject({ parentId });
    });

    it('and opened again do not show what they said before', async () => {
      const ticket = await reported();
      const { id } = await say(world.ann, ticket, 'CANARY', internal);
      await edit(world.ann, id, { visibility: 'PUBLIC', content: 'All clean' });

      const [, opened] = await commentEvents(ticket);
      expect(opened).toMatchObject({ type: 'comment.updated', audience: 'REPORTER' });
      expect(JSON.stringify(opened)).not.toContain('CANARY');
    });
  });

  it('change by their author or a lead, with a version', async () => {
    const ticket = await reported();
    const { id } = await say(world.ann, ticket, 'First');

    await refusal(world, 'FORBIDDEN', () => edit(world.bob, id, { content: 'x' }));
    await refusal(world, 'FORBIDDEN', () => edit(world.customer, id, { content: 'x' }));
    await refusal(world, 'NOT_FOUND', () => edit(world.otherCustomer, id, { content: 'x' }));
    expect(await edit(world.lead, id, { content: 'Second' }, 1)).toMatchObject({ content: 'Second', version: 2 });
    const { details } = await refusal(world, 'CONFLICT', () => edit(world.ann, id, { content: 'Third' }, 1));
    expect(details).toEqual({ currentVersion: 2, fields: { content: { yours: 'Third', theirs: 'Second' } } });
  });

  it('changed to what they are emit nothing', async () => {
    const ticket = await reported();
    const { id } = await say(world.ann, ticket, 'Same');

    expect(await edit(world.ann, id, { content: 'Same', visibility: 'PUBLIC' })).toMatchObject({ version: 1 });
    expect(await commentEvents(ticket)).toHaveLength(1);
  });

  it('deleted keep their place without their words', async () => {
    const ticket = await reported();
    const first = await say(world.ann, ticket, 'CANARY');
    await say(world.bob, ticket, 'Reply', { parentId: first.id });
    await deleteComment(world.deps, world.ann, { commentId: first.id });

    expect(await list(world.customer, ticket)).toMatchObject([
      { id: first.id, content: '', deletedAt: expect.any(String), version: 2 },
      { content: 'Reply', parentId: first.id },
    ]);
    expect(JSON.stringify(await timeline(world.ann, ticket))).not.toContain('CANARY');
    await refusal(world, 'NOT_FOUND', () => deleteComment(world.deps, world.ann, { commentId: first.id }));
    await refusal(world, 'NOT_FOUND', () => edit(world.ann, first.id, { content: 'x' }));
  });

  it('are refused to whom the ticket is foreign, and internal ones to customers', async () => {
    const ticket = await reported();
    const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);
    const hidden = await say(world.admin, foreign, 'x');
    const deleted = await aTicket(world);
    await deleteTicket(world.deps, world.lead, { ticketId: deleted.id });

    const missing = await refusal(world, 'NOT_FOUND', () => say(world.ann, { id: newId() }, 'x'));
    expect(await refusal(world, 'NOT_FOUND', () => say(world.ann, foreign, 'x'))).toEqual(missing);
    expect(await refusal(world, 'NOT_FOUND', () => list(world.ann, foreign))).toEqual(missing);
    await refusal(world, 'NOT_FOUND', () => say(world.ann, deleted, 'x'));
    await refusal(world, 'FORBIDDEN', () => say(world.customer, ticket, 'x', internal));
    const unknown = await refusal(world, 'NOT_FOUND', () => edit(world.ann, newId(), { content: 'x' }));
    expect(await refusal(world, 'NOT_FOUND', () => edit(world.ann, hidden.id, { content: 'x' }))).toEqual(unknown);
    const elsewhere = { parentId: hidden.id };
    await refusal(world, 'BAD_INPUT', () => say(world.ann, ticket, 'x', elsewhere));
  });

  it('come in pages, in both directions', async () => {
    const ticket = await reported();
    const said = [];
    for (let n = 0; n < 5; n++) said.push((await say(world.ann, ticket, `No ${n}`)).id);
    for (const dir of ['asc', 'desc'] as const) {
      const ids: string[] = [];
      for (let cursor: string | undefined; ;) {
        const input = parsed(ListCommentsInput, {
          ticketId: ticket.id,
          sort: { by: 'createdAt', dir },
          limit: 2,
          cursor,
        });
        const page = await listComments(world.db, world.ann, input);
        ids.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(ids).toEqual(dir === 'asc' ? said : said.toReversed());
    }
    const foreign = Buffer.from('["yesterday","x"]').toString('base64url');
    await refusal(world, 'BAD_INPUT', () => list(world.ann, ticket, { cursor: foreign }));
  });
});
