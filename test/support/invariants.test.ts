import { afterAll, beforeAll, expect, it } from 'vitest';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { deleteMessage } from '../../server/features/messages/commands/deleteMessage.js';
import { findViolations } from './invariants.js';
import { describeEachDialect } from './services.js';
import { defineFields } from './people.js';
import { aPrivateChannel, directly, say } from './talk.js';
import { aTicket, aTicketWorld, give, patchTicket, type TicketWorld } from './ticketWorld.js';

/** Contradictions that no constraint refuses, each with a word of what must be said about it. */
const planted: Record<string, readonly [sql: string, said: string]> = {
  'a holder beside the assignments': ["UPDATE tickets SET assignee_id = created_by WHERE title = 'Free'", 'primary'],
  'nobody in front': ['UPDATE assignments SET is_primary = false', 'exactly one primary'],
  'a workload that is one too high': ['UPDATE developers SET current_workload = current_workload + 1', 'workload'],
  'a state that does not follow': ["UPDATE tickets SET assignment_state = 'REJECTED'", 'assignment state'],
  'a holder who is not active': ['UPDATE users SET active = false', 'active staff'],
  'a holder who left the project': ['DELETE FROM project_members', 'active staff'],
  'a board that counts wrong': ['UPDATE project_counters SET n_open = n_open + 1', 'board'],
  'a number given without an event': ['UPDATE project_counters SET event_seq = event_seq + 1', 'without a gap'],
  'an event that was lost': ["DELETE FROM events WHERE type = 'comment.created'", 'without a gap'],
  'a feed with a hole': ['DELETE FROM feed_events', 'feed is numbered'],
  'a row that no event tells of': ["UPDATE tickets SET description = 'x' WHERE title = 'Held'", 'last event tells'],
  'a version left out': ['UPDATE tickets SET version = version + 1', 'last event tells'],
  'a line of history that was lost': ["DELETE FROM ticket_history WHERE field = 'priority'", 'history'],
  'a line of history that lies': ["UPDATE ticket_history SET new_value = 'LOW' WHERE field = 'priority'", 'history'],
  'a handover without history': ['DELETE FROM assignment_history', 'line of history'],
  'a ticket that cannot be found': ['DELETE FROM ticket_search', 'words'],
  'a conversation that two share': ['UPDATE tickets SET conversation_id = (SELECT min(id) FROM conversations)', 'own'],
  'a customer in a channel': [
    `INSERT INTO conversation_members (id, conversation_id, user_id, created_at, updated_at)
     SELECT c.id, c.id, u.id, c.created_at, c.created_at FROM conversations c, users u
     WHERE c.kind = 'CHANNEL' AND u.role = 'CUSTOMER' AND u.name = 'Kim Customer'`,
    'staff of its project',
  ],
  'a channel nowhere': ["UPDATE conversations SET project_id = NULL WHERE kind = 'CHANNEL'", 'channels are in'],
  'private words for all': ['UPDATE events SET members_of = NULL', 'private channel'],
  'a deleted message that can be replayed': ['UPDATE events SET withdrawn = false', 'deleted message'],
  'a deleted direct message that can be replayed': ['UPDATE feed_events SET withdrawn = false', 'deleted message'],
  'a direct message that somebody did not get': [
    "DELETE FROM feed_events WHERE type = 'message.posted' AND user_id IN (SELECT id FROM users WHERE name = 'Bob Agent')",
    'direct message',
  ],
  'a comment that no event tells of': ["UPDATE comments SET content = 'x'", 'another comment'],
  'a key without its reply': [
    `INSERT INTO idempotency_keys (user_id, key, procedure, request_hash, created_at)
     SELECT id, 'k', 'p', 'h', created_at FROM users`,
    'reply',
  ],
  'a priority that counts wrong': [
    "UPDATE ticket_stats SET n_open = n_open + 1 WHERE dimension = 'PRIORITY'",
    'PRIORITY',
  ],
  'points that are counted nowhere': ["UPDATE ticket_stats SET points = 0 WHERE dimension = 'ASSIGNEE'", 'statistics'],
  'a helper who is not counted': ["DELETE FROM ticket_stats WHERE dimension = 'HELPER'", 'HELPER'],
  'a day on which one more was created': ["UPDATE daily_stats SET n = n + 1 WHERE measure = 'CREATED'", 'CREATED'],
  'an answer that took another time': [
    "UPDATE daily_stats SET bucket = bucket + 1 WHERE measure = 'RESPONSE_TIME'",
    'RESPONSE_TIME',
  ],
  'a number above the last one given': ['UPDATE project_counters SET ticket_no = 0', 'higher number'],
};

describeEachDialect('the search for contradictions', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    await defineFields(world, world.project, { a: 'NUMBER', b: 'NUMBER' });
    const held = await aTicket(world, { title: 'Held', storyPoints: 3, customFields: { b: 1, a: 2 } });
    await give(world, held, world.ann);
    await give(world, held, world.bob);
    await patchTicket(world, world.ann, held.id, { priority: 'HIGH', customFields: { b: 2, a: 2 } });
    await aTicket(world, { title: 'Free', parentId: held.id });
    await createComment(world.deps, world.bob, { ticketId: held.id, content: 'Yes', visibility: 'PUBLIC' });
  });
  beforeAll(async () => {
    const secret = await aPrivateChannel(world, [world.bob]);
    const direct = await directly(world, world.ann, world.bob);
    for (const conversation of [secret, direct]) {
      await say(world, world.ann, conversation);
      const { id: messageId } = await say(world, world.ann, conversation);
      await deleteMessage(world.deps, world.ann, { messageId });
    }
  });
  afterAll(() => world.close());

  it('finds none where there is none', async () => {
    expect(await findViolations(world.db)).toEqual([]);
  });

  it.each(Object.entries(planted))('finds %s', async (_what, [sql, said]) => {
    const undo = new Error('undo');
    let found: string[] = [];
    const trial = world.db.sequelize.transaction(async (transaction) => {
      await world.db.sequelize.query(sql, { transaction });
      found = await findViolations({ ...world.db, all: world.db.on(transaction) });
      throw undo;
    });

    await expect(trial).rejects.toBe(undo);
    expect(found.join('\n')).toContain(said);
  });
});
