import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateCommentInput, ListCommentsInput } from '../../../contract/comment.js';
import { limits } from '../../../contract/limits.js';
import { CreateTicketInput, TicketTimelineInput } from '../../../contract/ticketInputs.js';
import { ListWatchersInput } from '../../../contract/watcher.js';
import { claimTicket } from '../../../server/features/assignments/commands/claimTicket.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { listComments } from '../../../server/features/comments/comments.queries.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { mergeTickets } from '../../../server/features/tickets/commands/mergeTickets.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { tagTicket } from '../../../server/features/tickets/commands/tagTicket.js';
import { unmergeTickets } from '../../../server/features/tickets/commands/unmergeTickets.js';
import { watchTicket } from '../../../server/features/tickets/commands/watchTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { ticketTimeline } from '../../../server/features/tickets/ticketHistory.queries.js';
import { listWatchers } from '../../../server/features/tickets/watchers.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { aProject } from '../../support/people.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  eventsOf,
  give,
  parsed,
  patchTicket,
  refusal,
  workloadOf,
  type TicketWorld,
} from '../../support/ticketWorld.js';

type Ref = { readonly id: string };

describeEachDialect('merging tickets', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());

  const merge = (ticket: Ref, into: Ref, actor: Actor = world.ann, reason?: string) =>
    mergeTickets(world.deps, actor, { ticketId: ticket.id, intoId: into.id, ...(reason && { reason }) });
  const unmerge = (ticket: Ref, actor: Actor = world.ann) => unmergeTickets(world.deps, actor, { ticketId: ticket.id });
  const say = (ticket: Ref, content: string, visibility: 'PUBLIC' | 'INTERNAL' = 'PUBLIC', actor: Actor = world.ann) =>
    createComment(world.deps, actor, parsed(CreateCommentInput, { ticketId: ticket.id, content, visibility }));
  const tag = (ticket: Ref, ...tags: string[]) => tagTicket(world.deps, world.ann, { ticketId: ticket.id, tags });
  const watch = (ticket: Ref, actor: Actor) => watchTicket(world.deps, actor, { ticketId: ticket.id });
  const get = (ticket: Ref, actor: Actor = world.ann) => getTicket(world.db, actor, { ticketId: ticket.id });
  const saidIn = async (ticket: Ref, actor: Actor = world.ann) => {
    const input = parsed(ListCommentsInput, { ticketId: ticket.id });
    return (await listComments(world.db, actor, input)).items.map(({ content }) => content);
  };
  const watchersOf = async (ticket: Ref) => {
    const input = parsed(ListWatchersInput, { ticketId: ticket.id });
    return (await listWatchers(world.db, world.ann, input)).items.map(({ userId }) => userId).toSorted();
  };
  /** All that a merge touches of a ticket, without what every change moves. */
  const stateOf = async (ticket: Ref) => {
    const { version: _, lastSeq: __, updatedAt: ___, ...seen } = await get(ticket);
    return { seen, said: await saidIn(ticket), watchers: await watchersOf(ticket) };
  };

  it('closes the one, ends its assignments, and shows with the other what was said, watched and tagged', async () => {
    const [source, target] = [await aTicket(world, { storyPoints: 3 }), await aTicket(world, { title: 'Target' })];
    await give(world, source, world.bob);
    await say(source, 'first');
    await say(target, 'second');
    await say(source, 'third', 'INTERNAL');
    await tag(source, 'shared', 'of source');
    await tag(target, 'shared', 'of target');
    for (const person of [world.cyd, world.bob]) await watch(source, person);
    await watch(target, world.bob);

    const reply = await merge(source, target, world.ann, 'They are one');

    expect(reply).toMatchObject({ id: source.id, status: 'CLOSED', mergedIntoId: target.id, assignees: [] });
    expect(await workloadOf(world, world.bob)).toBe(0);
    expect((await feedOf(world, world.bob.userId)).at(-1)).toMatchObject({ type: 'ticket.unassigned' });
    expect(await saidIn(target)).toEqual(['first', 'second', 'third']);
    expect(await saidIn(source)).toEqual(['first', 'third']);
    expect(await get(target)).toMatchObject({
      tags: ['of source', 'of target', 'shared'],
      links: [{ type: 'MERGED_INTO', isFrom: false, ticketId: source.id }],
    });
    expect(await watchersOf(target)).toEqual([world.bob.userId, world.cyd.userId].toSorted());
    const timeline = await ticketTimeline(world.db, world.ann, parsed(TicketTimelineInput, { ticketId: target.id }));
    expect(timeline.items.filter(({ kind }) => kind === 'comment')).toHaveLength(3);
    const told = [(await eventsOf(world, source)).at(-1), (await eventsOf(world, target)).at(-1)];
    expect(told).toMatchObject([
      {
        type: 'ticket.merged',
        seq: reply.seq,
        payload: {
          reason: 'They are one',
          link: { isFrom: true, ticketId: target.id },
          changes: { status: { before: 'OPEN', after: 'CLOSED' }, mergedIntoId: { before: null, after: target.id } },
        },
      },
      { type: 'ticket.merged', payload: { link: { isFrom: false, ticketId: source.id, key: source.key } } },
    ]);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it.each(['OPEN', 'REVIEW', 'RESOLVED', 'CLOSED'] as const)(
    'of a ticket that was %s is taken back exactly',
    async (status) => {
      const [source, target] = [await aTicket(world, { status }), await aTicket(world)];
      await say(source, 'of source');
      await say(target, 'of target');
      await tag(source, 'mine', 'ours');
      await tag(target, 'ours');
      for (const person of [world.cyd, world.bob]) await watch(source, person);
      await watch(target, world.bob);
      const before = [await stateOf(source), await stateOf(target)];

      await merge(source, target);
      const reply = await unmerge(source);

      expect(reply).toMatchObject({ id: source.id, status, mergedIntoId: null });
      expect([await stateOf(source), await stateOf(target)]).toEqual(before);
      expect((await eventsOf(world, target)).at(-1)).toMatchObject({ type: 'ticket.unmerged', payload: { link: {} } });
      expect(await findViolations(world.db)).toEqual([]);
    },
  );

  it('is taken back without what people did by themselves meanwhile', async () => {
    const [source, target] = [await aTicket(world), await aTicket(world)];
    await tag(source, 'brought');
    for (const person of [world.cyd, world.bob]) await watch(source, person);
    await merge(source, target);
    await watch(target, world.cyd);
    await tag(target, 'added');
    await say(target, 'while merged');

    await unmerge(source);

    expect(await stateOf(target)).toMatchObject({
      seen: { tags: ['added'] },
      said: ['while merged'],
      watchers: [world.cyd.userId],
    });
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('leaves a ticket with which nothing can be done; the refusal names the other one, to staff', async () => {
    const reporterId = world.customer.userId;
    const [source, target] = [await aTicket(world, { reporterId }), await aTicket(world)];
    const other = await aTicket(world);
    await merge(source, target);
    const named = { mergedIntoId: target.id, mergedIntoKey: target.key };

    const attempts: (() => Promise<unknown>)[] = [
      () => patchTicket(world, world.ann, source.id, { title: 'New' }),
      () => claimTicket(world.deps, world.ann, { ticketId: source.id }),
      () => say(source, 'late'),
      () => tag(source, 'late'),
      () => watch(source, world.ann),
      () => deleteTicket(world.deps, world.lead, { ticketId: source.id }),
      () => merge(source, other),
      () => merge(other, source),
    ];
    for (const attempt of attempts) expect((await refusal(world, 'CONFLICT', attempt)).details).toEqual(named);
    const { message, details } = await refusal(world, 'CONFLICT', () =>
      patchTicket(world, world.customer, source.id, { title: 'New' }),
    );
    expect([message.includes(target.key), details]).toEqual([false, {}]);
    expect(await get(source, world.customer)).toMatchObject({ mergedIntoId: null, links: [], status: 'CLOSED' });
  });

  it('shows a customer what was said in their own tickets alone', async () => {
    const [mine, others] = [world.customer.userId, world.otherCustomer.userId];
    const target = await aTicket(world, { reporterId: mine });
    const [own, strange] = [await aTicket(world, { reporterId: mine }), await aTicket(world, { reporterId: others })];
    await say(own, 'seen', 'PUBLIC', world.customer);
    await say(own, 'not seen', 'INTERNAL');
    await say(strange, 'not seen either', 'PUBLIC', world.otherCustomer);

    for (const source of [own, strange]) await merge(source, target);

    expect(await saidIn(target, world.customer)).toEqual(['seen']);
    expect(await saidIn(target)).toEqual(['seen', 'not seen', 'not seen either']);
    expect((await get(target, world.customer)).links).toMatchObject([{ ticketId: own.id }]);
  });

  it('goes on in lines, which are taken back from the end', async () => {
    const [a, b, c] = [await aTicket(world), await aTicket(world), await aTicket(world)];
    await say(a, 'deep');
    await tag(a, 'deep');
    await watch(a, world.cyd);
    await merge(a, b);
    await merge(b, c);

    expect(await stateOf(c)).toMatchObject({ said: ['deep'], seen: { tags: ['deep'] }, watchers: [world.cyd.userId] });
    expect((await refusal(world, 'CONFLICT', () => unmerge(a))).details).toMatchObject({ mergedIntoId: c.id });
    await unmerge(b);
    expect(await saidIn(c)).toEqual([]);
    await unmerge(a);
    expect(await stateOf(b)).toMatchObject({ said: [], seen: { tags: [] }, watchers: [] });
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('is refused across projects, with too many tags, to itself, and to whom it is not open', async () => {
    const target = await aProject(world, { lead: world.lead, members: [world.ann] });
    const draft = parsed(CreateTicketInput, { projectId: target.id, title: 'Elsewhere' });
    const elsewhere = await createTicket(world.deps, world.ann, draft);
    const reporterId = world.customer.userId;
    const [one, other] = [await aTicket(world, { reporterId }), await aTicket(world, { reporterId })];
    await tag(one, ...Array.from({ length: limits.tagsOfTicket }, (_, nth) => `of one ${nth}`));
    await tag(other, 'of other');

    expect((await refusal(world, 'BAD_INPUT', () => merge(one, elsewhere))).details).toEqual({ field: 'intoId' });
    expect((await refusal(world, 'BAD_INPUT', () => merge(one, other))).details).toEqual({ field: 'tags' });
    await refusal(world, 'BAD_INPUT', () => merge(one, one));
    await refusal(world, 'FORBIDDEN', () => merge(one, other, world.customer));
    await refusal(world, 'FORBIDDEN', () => unmerge(one, world.customer));
    await refusal(world, 'CONFLICT', () => unmerge(one));
    const missing = await refusal(world, 'NOT_FOUND', () => merge(one, { id: newId() }, world.bob));
    expect(await refusal(world, 'NOT_FOUND', () => merge(one, elsewhere, world.bob))).toEqual(missing);
    expect(await refusal(world, 'NOT_FOUND', () => unmerge({ id: newId() }))).toEqual(
      await refusal(world, 'NOT_FOUND', () => unmerge(elsewhere, world.bob)),
    );
  });

  it('holds the other one in its project, and waits for it when it is deleted', async () => {
    const target = await aProject(world, { lead: world.lead });
    const [source, into] = [await aTicket(world), await aTicket(world)];
    await merge(source, into);

    const { details } = await refusal(world, 'CONFLICT', () =>
      moveTicket(world.deps, world.lead, { ticketId: into.id, projectId: target.id }),
    );
    await deleteTicket(world.deps, world.lead, { ticketId: into.id });

    expect(details).toEqual({ mergedKey: source.key });
    await refusal(world, 'CONFLICT', () => unmerge(source));
  });

  it('crosswise at once happens once, and makes no circle', async () => {
    for (let round = 0; round < 4; round++) {
      const [a, b, c] = [await aTicket(world), await aTicket(world), await aTicket(world)];

      const outcomes = await Promise.allSettled([merge(a, b), merge(b, a), merge(b, c), merge(c, a)]);

      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'CONFLICT' });
      expect(refused.length).toBeLessThan(4);
    }
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('and taking back are done once under one key', async () => {
    const [source, target] = [await aTicket(world), await aTicket(world)];
    const key = { idempotencyKey: newId() };
    const input = { ticketId: source.id, intoId: target.id, ...key };
    const first = await mergeTickets(world.deps, world.ann, input);

    const back = { ticketId: source.id, idempotencyKey: newId() };
    const undone = await unmergeTickets(world.deps, world.ann, back);

    expect(await mergeTickets(world.deps, world.ann, input)).toEqual(first);
    expect(await unmergeTickets(world.deps, world.ann, back)).toEqual(undone);
    expect(await get(source)).toMatchObject({ mergedIntoId: null, version: 3 });
  });
});
