import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { CreateCommentInput } from '../../../contract/comment.js';
import { SearchInput, type SearchHit } from '../../../contract/search.js';
import { SearchTicketsInput } from '../../../contract/ticketInputs.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteComment } from '../../../server/features/comments/commands/deleteComment.js';
import { updateComment } from '../../../server/features/comments/commands/updateComment.js';
import { addMember } from '../../../server/features/projects/commands/addMember.js';
import { find } from '../../../server/features/search/search.queries.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { tagTicket } from '../../../server/features/tickets/commands/tagTicket.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  give,
  parsed,
  patchTicket,
  refusal,
  type TicketWorld,
} from '../../support/ticketWorld.js';
import { aSlaWorld, promise, sweepAfter } from '../sla/slaWorld.js';

const shown = ({ kind, key, title, excerpt }: SearchHit): string =>
  `${kind} ${key} ${[...title, { text: ' | ', isHit: false }, ...excerpt].map(({ text, isHit }) => (isHit ? `[${text}]` : text)).join('')}`;

describeEachDialect('a search in everything', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const say = (actor: Actor, ticket: { id: string }, content: string, more: object = {}) =>
    createComment(world.deps, actor, parsed(CreateCommentInput, { ticketId: ticket.id, content, ...more }));
  const found = async (actor: Actor, text: string, more: Partial<z.input<typeof SearchInput>> = {}) =>
    (await find(world.db, actor, parsed(SearchInput, { text, ...more }))).items;
  const commentsOf = async (actor: Actor, text: string) =>
    (await found(actor, text, { kinds: ['COMMENT'] })).map(({ id }) => id);

  it('gives titles, then descriptions, then comments, the newest first, and where they hold it', async () => {
    const described = await aTicket(world, { title: 'Paper', description: 'The gizmo is broken.' });
    const titled = await aTicket(world, { title: 'Gizmo!' });
    const first = await say(world.ann, described, 'Which gizmo?');
    const second = await say(world.bob, titled, 'No such Gizmo');

    const hits = await found(world.ann, 'gizmo');

    expect(hits.map(shown)).toEqual([
      `TICKET ${titled.key} [Gizmo]! | `,
      `TICKET ${described.key} Paper | The [gizmo] is broken.`,
      `COMMENT ${titled.key} [Gizmo]! | No such [Gizmo]`,
      `COMMENT ${described.key} Paper | Which [gizmo]?`,
    ]);
    expect(hits.map(({ id }) => id)).toEqual([titled.id, described.id, second.id, first.id]);
    expect(hits.map(({ author }) => author?.name ?? null)).toEqual([null, null, 'Bob Agent', 'Ann Agent']);
    expect((await found(world.ann, 'gizmo', { kinds: ['COMMENT'] })).map(({ id }) => id)).toEqual([
      second.id,
      first.id,
    ]);
  });

  it('goes on page by page through all kinds', async () => {
    const ticket = await aTicket(world, { title: 'Widget one' });
    await aTicket(world, { title: 'Widget two' });
    for (const nth of [1, 2, 3]) await say(world.ann, ticket, `widget ${nth}`);
    const whole = (await found(world.ann, 'widget')).map(({ id }) => id);

    for (const limit of [1, 2, 3, 5]) {
      const paged: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await find(world.db, world.ann, parsed(SearchInput, { text: 'widget', limit, cursor }));
        paged.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(paged).toEqual(whole);
    }
    expect(whole).toHaveLength(5);
  });

  it('follows what a comment says, and forgets a deleted one', async () => {
    const ticket = await aTicket(world);
    const { id } = await say(world.ann, ticket, 'ephemera');

    expect(await commentsOf(world.ann, 'ephemera')).toEqual([id]);
    await updateComment(world.deps, world.ann, { commentId: id, patch: { content: 'perennial' } });
    expect(await commentsOf(world.ann, 'ephemera')).toEqual([]);
    expect(await commentsOf(world.ann, 'perennial')).toEqual([id]);
    await deleteComment(world.deps, world.ann, { commentId: id });
    expect(await commentsOf(world.ann, 'perennial')).toEqual([]);
  });

  it('shows customers public comments of what they reported, and strangers nothing', async () => {
    const theirs = await aTicket(world, { title: 'Reported' }, world.customer);
    const others = await aTicket(world, { title: 'Of others' });
    const open = await say(world.ann, theirs, 'quokka in public');
    const hidden = await say(world.ann, theirs, 'quokka among staff', { visibility: 'INTERNAL' });
    const foreign = await say(world.ann, others, 'quokka elsewhere');

    expect(await commentsOf(world.ann, 'quokka')).toEqual([foreign.id, hidden.id, open.id]);
    expect(await commentsOf(world.customer, 'quokka')).toEqual([open.id]);
    expect(await commentsOf(world.otherCustomer, 'quokka')).toEqual([]);
    await updateComment(world.deps, world.ann, { commentId: open.id, patch: { visibility: 'INTERNAL' } });
    expect(await commentsOf(world.customer, 'quokka')).toEqual([]);
    await refusal(world, 'NOT_FOUND', () => found(world.ann, 'quokka', { projectId: world.foreign.id }));
  });

  it('loses comments with a ticket that is deleted or moved to another project', async () => {
    const moved = await aTicket(world, {}, world.ann);
    const gone = await aTicket(world);
    const { id } = await say(world.ann, moved, 'nomad');
    await say(world.ann, gone, 'nomad');

    await deleteTicket(world.deps, world.lead, { ticketId: gone.id });
    expect(await commentsOf(world.ann, 'nomad')).toEqual([id]);
    await moveTicket(world.deps, world.admin, { ticketId: moved.id, projectId: world.foreign.id });
    expect(await commentsOf(world.ann, 'nomad')).toEqual([]);
    expect(await commentsOf(world.admin, 'nomad')).toEqual([id]);
  });

  it('is narrowed by what is said of tickets, comments too', async () => {
    const [held, free] = [await aTicket(world, { title: 'Zebra' }), await aTicket(world, { title: 'Zebra' })];
    await give(world, held, world.bob);
    const { id } = await say(world.ann, held, 'zebra');
    await say(world.ann, free, 'zebra');

    const ids = async (text: string) => (await found(world.bob, text)).map((hit) => hit.id);

    expect(await ids('zebra assignee:me')).toEqual([held.id, id]);
    expect(await ids('zebra assignee:none')).toHaveLength(2);
    expect(await ids('assignee:me zebra status:closed')).toEqual([]);
    expect(await ids('assignee:me')).toEqual([held.id]);
  });
});

describeEachDialect('what narrows a search', (dialect) => {
  let world: TicketWorld;
  let all: Record<'urgent' | 'held' | 'due' | 'closed' | 'reported', string>;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    const make = async (draft: object, actor: Actor = world.ann) => (await aTicket(world, draft, actor)).id;
    all = {
      urgent: await make({ priority: 'URGENT', category: 'BUG_REPORT' }),
      held: await make({ priority: 'HIGH' }),
      due: await make({ dueDate: '2026-12-24', type: 'TASK' }),
      closed: await make({}),
      reported: await make({}, world.customer),
    };
    await give(world, { id: all.held }, world.bob);
    const tag = (ticketId: string, ...tags: string[]) => tagTicket(world.deps, world.ann, { ticketId, tags });
    await tag(all.held, 'Hot');
    await tag(all.urgent, 'hot');
    await tag(all.reported, 'On fire');
    await patchTicket(world, world.ann, all.closed, { status: 'CLOSED' });
  });
  afterAll(() => world.close());
  const found = async (text: string, actor: Actor = world.ann) => {
    const { items } = await searchTickets(world.db, actor, parsed(SearchTicketsInput, { text }));
    const names = Object.fromEntries(Object.entries(all).map(([name, id]) => [id, name]));
    return items.map(({ id }) => names[id] ?? id).toSorted();
  };

  it.each([
    ['priority:urgent', ['urgent']],
    ['priority:urgent,HIGH', ['held', 'urgent']],
    ['priority:urgent priority:high', ['held', 'urgent']],
    ['category:bug-report', ['urgent']],
    ['type:task', ['due']],
    ['status:closed', ['closed']],
    ['status:open assignee:none', ['due', 'reported', 'urgent']],
    ['assignee:"bob agent"', ['held']],
    ['assignee:"Nobody Here"', []],
    ['reporter:"Kim Customer"', ['reported']],
    ['due:2026-12-24', ['due']],
    ['due:<2026-12-25', ['due']],
    ['due:>2026-12-23', ['due']],
    ['due:>=2026-12-25', []],
    ['due:none type:ticket priority:high', ['held']],
    ['updated:>2020-01-01 type:task', ['due']],
    ['updated:<2020-01-01', []],
    ['department:Nowhere', []],
    ['skill:Nothing', []],
    ['tag:HOT', ['held', 'urgent']],
    ['tag:hot priority:high', ['held']],
    ['tag:other,hot type:ticket', ['held', 'urgent']],
    ['tag:"on fire"', ['reported']],
    ['tag:other', []],
  ])('%s', async (text, expected) => {
    expect(await found(text)).toEqual(expected);
  });

  it('is each person by address or username as well, but not for customers', async () => {
    const { email } = world.bob;

    expect(await found(`assignee:${email.toUpperCase()}`)).toEqual(['held']);
    expect(await found(`reporter:${world.customer.email}`, world.customer)).toEqual([]);
    expect(await found('reporter:"kim customer"', world.customer)).toEqual(['reported']);
    expect(await found('reporter:me', world.customer)).toEqual(['reported']);
  });

  it('is a tag among staff only', async () => {
    expect(await found('tag:"on fire"', world.customer)).toEqual([]);
    expect(await found('reporter:me', world.customer)).toEqual(['reported']);
  });

  it('is a project by its key, inside of what one may see', async () => {
    expect(await found(`project:${world.project.key.toLowerCase()} type:task`)).toEqual(['due']);
    expect(await found(`project:${world.foreign.key}`)).toEqual([]);
  });

  it.each(['status:lost', 'due:tomorrow', 'updated:soon', 'priority:"high "', 'type:x', 'sla:lost'])(
    '%s is refused, with what it may be',
    async (text) => {
      const { details } = await refusal(world, 'BAD_INPUT', () => found(text));

      expect(details).toMatchObject({ qualifier: text.split(':')[0], allowed: expect.any(String) });
    },
  );
});

describeEachDialect('a search over several projects', (dialect) => {
  it('gives of each what one may see there', async () => {
    const world = await aTicketWorld(dialect);
    const member = { projectId: world.foreign.id, userId: world.ann.userId };
    await addMember(world.deps, world.admin, { ...member, role: 'CUSTOMER' });
    const here = await aTicket(world, { title: 'Sprocket' }, world.bob);
    await aTicket(world, { title: 'Sprocket', projectId: world.foreign.id }, world.admin);
    const own = await aTicket(world, { title: 'Sprocket', projectId: world.foreign.id }, world.ann);
    const closed = await aTicket(world, { title: 'Sprocket', projectId: world.foreign.id }, world.ann);
    await patchTicket(world, world.admin, closed.id, { status: 'CLOSED' });
    const found = async (text: string, more: object = {}) =>
      (await searchTickets(world.db, world.ann, parsed(SearchTicketsInput, { text, ...more }))).items.map(
        ({ id }) => id,
      );

    expect(await found('sprocket')).toEqual([closed.id, own.id, here.id]);
    expect(await found('status:open')).toEqual([own.id, here.id]);
    expect(await found('sprocket status:open,closed')).toEqual([closed.id, own.id, here.id]);
    expect(await found('status:open,closed', { status: ['CLOSED'] })).toEqual([closed.id]);
    expect(await found('status:open', { status: ['CLOSED'] })).toEqual([]);
    await world.close();
  });
});

describeEachDialect('promises that narrow a search', (dialect) => {
  it('are told by how they stand, and among staff only', async () => {
    const world = await aSlaWorld(dialect);
    await promise(world, { resolveMinutes: 60 });
    const late = await aTicket(world, { title: 'Sprocket' }, world.customer);
    await sweepAfter(world, 61);
    const inTime = await aTicket(world, { title: 'Sprocket' }, world.customer);
    const found = async (text: string, actor: Actor = world.ann) =>
      (await searchTickets(world.db, actor, parsed(SearchTicketsInput, { text }))).items.map(({ id }) => id);

    expect(await found('sla:breached')).toEqual([late.id]);
    expect(await found('sprocket sla:running')).toEqual([inTime.id]);
    expect(await found('sprocket sla:running,Breached status:open')).toEqual([inTime.id, late.id]);
    expect(await found('sla:met')).toEqual([]);
    expect(await found('sprocket', world.customer)).toHaveLength(2);
    expect(await found('sprocket sla:breached', world.customer)).toEqual([]);
    await world.close();
  });
});
