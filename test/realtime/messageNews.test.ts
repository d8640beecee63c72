import { afterEach, beforeEach, expect, it } from 'vitest';
import { markConversationRead } from '../../server/features/conversations/commands/markConversationRead.js';
import { removeConversationMember } from '../../server/features/conversations/commands/removeConversationMember.js';
import type { Actor } from '../../server/kernel/actor.js';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import { findViolations } from '../support/invariants.js';
import { describeEachDialect } from '../support/services.js';
import { aPrivateChannel, directly, say } from '../support/talk.js';
import { aTicketWorld, type TicketWorld } from '../support/ticketWorld.js';
import { aHub, followFeed, until, type Tap } from './liveWorld.js';

describeEachDialect('news of messages in one’s own stream', (dialect) => {
  let world: TicketWorld;
  const taps: Tap[] = [];
  beforeEach(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
  });
  afterEach(async () => {
    await Promise.all(taps.splice(0).map((tap) => tap.stop()));
    world.deps.hub.close();
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });

  /** From the beginning. */
  const follow = async (actor: Actor) => {
    const tap = followFeed(world.deps.hub, actor, formatCursor(await new EventLog(world.db).epoch(), 0));
    taps.push(tap);
    await until(
      () => tap.items.some(({ kind }) => kind === 'ready'),
      5_000,
      () => tap.error,
    );
    return tap;
  };
  const typesOf = (tap: Tap) => tap.items.flatMap((item) => (item.kind === 'event' ? [item.type] : []));
  const told = (tap: Tap) => typesOf(tap).filter((type) => type === 'notification.added');

  it('comes at once, and is replayed only to who still sees the channel', async () => {
    const channel = await aPrivateChannel(world, [world.bob]);
    const open = await follow(world.bob);
    await say(world, world.ann, channel, `@[Bob](${world.bob.userId}), @[Cyd](${world.cyd.userId})`);
    await until(() => told(open).length === 1);
    expect(told(await follow(world.bob))).toHaveLength(1);
    expect(told(await follow(world.cyd))).toEqual([]);

    await removeConversationMember(world.deps, world.ann, { conversationId: channel.id, userId: world.bob.userId });
    await until(() => typesOf(open).includes('conversation.left'));
    const again = await follow(world.bob);
    expect(typesOf(again)).toContain('conversation.left');
    expect(told(again)).toEqual([]);
  });

  it('of people who talk directly follows what they said, and reading it is told in other windows', async () => {
    const direct = await directly(world, world.ann, world.bob);
    const [windowOf, other] = [await follow(world.bob), await follow(world.ann)];
    const said = await say(world, world.ann, direct);
    await markConversationRead(world.deps, world.bob, { conversationId: direct.id, until: said.id });
    await until(() => typesOf(windowOf).includes('conversation.read'));

    expect(typesOf(windowOf).slice(-3)).toEqual(['message.posted', 'notification.added', 'conversation.read']);
    await say(world, world.bob, direct);
    await until(() => told(other).length === 1);
    expect(typesOf(other)).not.toContain('conversation.read');
  });
});
