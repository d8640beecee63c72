import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CreateCommentInput } from '../../contract/comment.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { deleteComment } from '../../server/features/comments/commands/deleteComment.js';
import { updateComment } from '../../server/features/comments/commands/updateComment.js';
import { followTicket } from '../../server/features/live/followTicket.js';
import { moveTicket } from '../../server/features/tickets/commands/moveTicket.js';
import type { Actor } from '../../server/kernel/actor.js';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import { aProject, join } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { aTicket, aTicketWorld, give, parsed, patchTicket, type TicketWorld } from '../support/ticketWorld.js';
import { aHub, append, followFeed, followProject, Tap, until } from './liveWorld.js';

describeEachDialect('what was told and is to be told no more', (dialect) => {
  let world: TicketWorld;
  let target: { id: string; key: string };
  let start: string;
  let ticket: { id: string; key: string };
  beforeEach(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
    target = await aProject(world, { lead: world.lead, members: [world.ann] });
    start = formatCursor(await new EventLog(world.db).epoch(), 0);
    ticket = await aTicket(world, { reporterId: world.customer.userId, title: 'CANARY of the ticket' });
  });
  afterEach(async () => {
    world.deps.hub.close();
    await world.close();
  });

  const say = (content: string) =>
    createComment(world.deps, world.ann, parsed(CreateCommentInput, { ticketId: ticket.id, content }));
  const ready = (tap: Tap) => until(() => tap.items.some(({ kind }) => kind === 'ready'));
  const replay = async (viewer: Actor, hub = world.deps.hub) => {
    const tap = followProject(hub, viewer, world.project.id, start);
    await ready(tap);
    await tap.stop();
    return tap.items;
  };
  const caughtUp = async (tap: Tap) => {
    const last = await append(world, world.project.id);
    await until(() => (tap.seqs.at(-1) ?? 0) >= last);
  };

  /** Stops a reader when it has had one event, and others of the same read are waiting for it. */
  const pauseAfterFirst = (tap: Tap) => {
    const { push } = tap.received;
    tap.received.push = (...items) => {
      if (tap.received.length === 0) tap.pause();
      return push.apply(tap.received, items);
    };
  };

  const endings = [
    [
      'made internal',
      (commentId: string) => updateComment(world.deps, world.ann, { commentId, patch: { visibility: 'INTERNAL' } }),
    ],
    ['deleted', (commentId: string) => deleteComment(world.deps, world.ann, { commentId })],
  ] as const;
  for (const [how, end] of endings)
    it(`a comment that is ${how}: the open stream retracts it, and no replay has its words`, async () => {
      const live = followProject(world.deps.hub, world.customer, world.project.id);
      await ready(live);
      const { id } = await say('CANARY of the comment');
      await updateComment(world.deps, world.ann, { commentId: id, patch: { content: 'CANARY, edited' } });
      const slow = followProject(world.deps.hub, world.customer, world.project.id, start);
      await ready(slow);
      await caughtUp(slow);
      const behind = followProject(world.deps.hub, world.customer, world.project.id, start);
      behind.pause();
      const midway = followProject(world.deps.hub, world.customer, world.project.id, start);
      pauseAfterFirst(midway);
      await until(() => midway.items.length === 1);

      await end(id);
      await caughtUp(live);
      for (const tap of [behind, midway]) tap.resume();
      await Promise.all([behind, midway].map(ready));
      const replays = [
        behind.items,
        midway.items,
        await replay(world.customer),
        await replay(world.customer, aHub(world.deps)),
      ];
      await Promise.all([live, slow, behind, midway].map((tap) => tap.stop()));

      const gone = live.items.find((item) => item.kind === 'event' && item.type === 'comment.deleted');
      expect(gone).toMatchObject({ payload: { comment: { id, ticketId: ticket.id, content: '' } } });
      for (const items of replays) {
        expect(JSON.stringify(items)).not.toMatch(/CANARY of the comment|CANARY, edited/);
        expect(items.some((item) => item.kind === 'event' && item.type === 'comment.deleted')).toBe(true);
      }
      expect(JSON.stringify(live.items)).toContain('CANARY of the comment');
    });

  it('nothing is sent from memory while later events are known to be there and cannot be read', async () => {
    let open = () => {};
    let shut: Promise<void> | null = null;
    const log = new (class extends EventLog {
      override async page(...asked: Parameters<EventLog['page']>) {
        await shut;
        return super.page(...asked);
      }
    })(world.db);
    const behind = followProject(aHub(world.deps, { log }), world.customer, world.project.id);
    await ready(behind);
    behind.pause();
    const { id } = await say('CANARY of the comment');
    await sleep(900);

    shut = new Promise((resolve) => (open = resolve));
    await updateComment(world.deps, world.ann, { commentId: id, patch: { visibility: 'INTERNAL' } });
    await sleep(1_200);
    behind.resume();
    await sleep(300);
    const sentMeanwhile = behind.seqs;
    open();
    shut = null;
    await caughtUp(behind);
    await behind.stop();

    expect(sentMeanwhile).toEqual([]);
    expect(JSON.stringify(behind.items)).not.toContain('CANARY of the comment');
    expect(JSON.stringify(behind.items)).toContain('"type":"comment.deleted"');
  });

  it('a comment that is opened again comes back with what it says now', async () => {
    const { id } = await say('CANARY of the comment');
    await updateComment(world.deps, world.ann, { commentId: id, patch: { visibility: 'INTERNAL' } });
    await updateComment(world.deps, world.ann, { commentId: id, patch: { visibility: 'PUBLIC', content: 'Clean' } });

    const items = JSON.stringify(await replay(world.customer));

    expect(items).toContain('Clean');
    expect(items).not.toContain('CANARY of the comment');
  });

  it('a ticket that moved away: only that it left, to people of the project it left, from any cursor and memory', async () => {
    await say('CANARY of the comment');
    await give(world, ticket, world.bob);
    const watchers = [world.bob, world.customer, world.ann];
    const live = watchers.map((person) => followProject(world.deps.hub, person, world.project.id));
    const own = followFeed(world.deps.hub, world.bob);
    await Promise.all([...live, own].map(ready));
    const behind = watchers.map((person) => followProject(world.deps.hub, person, world.project.id, start));
    for (const tap of behind) tap.pause();

    await moveTicket(world.deps, world.ann, { ticketId: ticket.id, projectId: target.id });
    await Promise.all(live.map(caughtUp));
    for (const tap of behind) tap.resume();
    await Promise.all(behind.map(ready));
    await until(() => own.items.some((item) => item.kind === 'event' && item.type === 'ticket.moved'));
    const notices = [followFeed(world.deps.hub, world.bob, start), followFeed(aHub(world.deps), world.bob, start)];
    await Promise.all(notices.map(ready));
    const replays = [
      ...behind.map(({ items }) => items),
      ...notices.map(({ items }) => items),
      ...(await Promise.all(watchers.map((person) => replay(person)))),
      ...(await Promise.all(watchers.map((person) => replay(person, aHub(world.deps))))),
    ];
    await Promise.all([...live, ...behind, ...notices, own].map((tap) => tap.stop()));

    for (const items of [...replays, ...live.map((tap) => tap.items)]) {
      const sent = JSON.stringify(items);
      expect(sent).not.toMatch(new RegExp(`CANARY|${target.id}|"${target.key}`));
      expect(sent).toContain('"type":"ticket.moved"');
    }
  });

  const watch = async (viewer: Actor, lastEventId: string | undefined, isSocket: boolean) => {
    const follow = await followTicket(world.deps, viewer, ticket.id, { viewer, lastEventId }, false);
    return new Tap(viewer, () => follow, lastEventId, isSocket);
  };

  const ways: [string, boolean][] = [
    ['socket', true],
    ['iterator', false],
  ];
  it.each(ways)(
    'a stream of the ticket goes on in the other project after a resync, and ends for those who may not see it there (%s)',
    async (_way, isSocket) => {
      const people = [world.ann, world.bob, world.customer];
      const [ann, bob, customer] = (await Promise.all(people.map((person) => watch(person, undefined, isSocket)))) as [
        Tap,
        Tap,
        Tap,
      ];
      await Promise.all([ann, bob, customer].map(ready));
      await patchTicket(world, world.ann, ticket.id, { title: 'CANARY, edited' });
      await until(() => ann.seqs.length === 1);
      const before = ann.cursor;

      const moved = await moveTicket(world.deps, world.ann, { ticketId: ticket.id, projectId: target.id });
      await Promise.all([bob.ended(), customer.ended()]);
      await until(() => ann.items.length === 4);
      const { seq } = await patchTicket(world, world.ann, ticket.id, { title: 'There' });
      await until(() => ann.seqs.at(-1) === seq);
      const back = await watch(world.ann, before, isSocket);
      await ready(back);
      const { seq: last } = await patchTicket(world, world.ann, ticket.id, { title: 'There, edited' });
      await until(() => [ann, back].every((tap) => tap.seqs.at(-1) === last));
      await Promise.all([ann.stop(), back.stop()]);

      expect([bob.error, customer.error]).toMatchObject([{ code: 'FORBIDDEN' }, { code: 'FORBIDDEN' }]);
      expect(ann.items.map((item) => ('type' in item ? item.type : item.kind))).toEqual(
        'ready,ticket.updated,resync,ready,ticket.updated,ticket.updated'.split(','),
      );
      expect(ann.items[2]).toMatchObject({ reason: 'TICKET_MOVED', seq: moved.seq });
      expect(back.items[0]).toMatchObject({ kind: 'resync', reason: 'TICKET_MOVED' });
    },
  );

  it('a ticket that comes back is told of again, as it is now', async () => {
    await moveTicket(world.deps, world.ann, { ticketId: ticket.id, projectId: target.id });
    await patchTicket(world, world.ann, ticket.id, { title: 'Refined abroad' });
    await join(world, target, world.customer, 'CUSTOMER');
    await moveTicket(world.deps, world.ann, { ticketId: ticket.id, projectId: world.project.id });

    for (const viewer of [world.bob, world.customer]) {
      const sent = JSON.stringify(await replay(viewer));
      expect(sent).toContain('Refined abroad');
      expect(sent).not.toContain('"title":"CANARY');
    }
  });
});
