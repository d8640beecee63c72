import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateCommentInput } from '../../../contract/comment.js';
import type { TimelineItem } from '../../../contract/timeline.js';
import { TicketTimelineInput } from '../../../contract/ticketInputs.js';
import { claimTicket } from '../../../server/features/assignments/commands/claimTicket.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { ticketTimeline } from '../../../server/features/tickets/ticketHistory.queries.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, parsed, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('the timeline of a ticket', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());

  const allOf = async (ticketId: string, dir: 'asc' | 'desc', limit: number) => {
    const items: TimelineItem[] = [];
    let cursor: string | undefined;
    do {
      const input = parsed(TicketTimelineInput, { ticketId, sort: { by: 'at', dir }, limit, cursor });
      const page = await ticketTimeline(world.db, world.ann, input);
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return items;
  };

  it('is the same read from either end, in pages of any size, also where much happened at one moment', async () => {
    const ticket = await aTicket(world);
    for (const status of ['IN_PROGRESS', 'REVIEW', 'OPEN'] as const) {
      await updateTicket(world.deps, world.ann, { ticketId: ticket.id, patch: { status, priority: 'HIGH' } });
      await createComment(
        world.deps,
        world.bob,
        parsed(CreateCommentInput, { ticketId: ticket.id, content: `Now ${status}` }),
      );
      if (status === 'REVIEW') world.clock.advance(1_000);
    }
    await claimTicket(world.deps, world.ann, { ticketId: ticket.id });

    const rising = await allOf(ticket.id, 'asc', 50);

    expect(new Set(rising.map(({ kind }) => kind))).toEqual(new Set(['history', 'comment', 'assignment']));
    expect(rising.length).toBeGreaterThan(8);
    for (const limit of [1, 3, 50]) expect(await allOf(ticket.id, 'desc', limit)).toEqual(rising.toReversed());
  });
});
