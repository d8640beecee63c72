import { expect, it } from 'vitest';
import { SearchInput } from '../../contract/search.js';
import { createMigrator } from '../../server/db/migrator.js';
import { adHoc } from '../../server/db/statement.js';
import { deleteMessage } from '../../server/features/messages/commands/deleteMessage.js';
import { find } from '../../server/features/search/search.queries.js';
import { listTags } from '../../server/features/tags/tags.queries.js';
import { tagTicket } from '../../server/features/tickets/commands/tagTicket.js';
import { findViolations } from '../support/invariants.js';
import { defineFields } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { aChannel, directly, say } from '../support/talk.js';
import { aTicket, aTicketWorld, parsed, patchTicket } from '../support/ticketWorld.js';

describeEachDialect('what migrations fill from what is there', (dialect) => {
  it('is the search of messages, and the tags of projects', async () => {
    const world = await aTicketWorld(dialect);
    const ticket = await aTicket(world);
    const places = [await aChannel(world), await directly(world, world.ann, world.bob), { id: ticket.conversationId }];
    const said = [];
    for (const place of places) said.unshift((await say(world, world.ann, place, 'pangolin')).id);
    const gone = await say(world, world.ann, { id: ticket.conversationId }, 'pangolin');
    await deleteMessage(world.deps, world.ann, { messageId: gone.id });
    await tagTicket(world.deps, world.ann, { ticketId: ticket.id, tags: ['vip'] });
    await defineFields(world, world.project, { depth: 'NUMBER' });
    await patchTicket(world, world.ann, ticket.id, { customFields: { depth: 3 } });

    const migrator = createMigrator(world.db);
    await migrator.down({ to: '20261127T0010-message-search' });
    await migrator.up();

    const { items } = await find(world.db, world.bob, parsed(SearchInput, { text: 'pangolin' }));
    expect(items.map(({ id }) => id)).toEqual(said);
    const tags = await listTags(world.db, world.ann, { projectId: world.project.id, limit: 10 });
    expect(tags.items).toEqual([{ name: 'vip', ticketCount: 1 }]);
    if (dialect === 'sqlite')
      expect(await world.db.all(adHoc('SELECT ticket_id FROM ticket_search WHERE words IS NULL'), [])).toEqual([]);
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });

  // Nodes of the version before go on writing.
  if (dialect === 'postgres')
    it('is the project of a tag that is put on a ticket without saying it', async () => {
      const world = await aTicketWorld(dialect);
      const [one, other] = [await aTicket(world), await aTicket(world)];
      await tagTicket(world.deps, world.ann, { ticketId: one.id, tags: ['vip'] });

      await world.db.all(
        adHoc(`INSERT INTO ticket_tags (tag_id, ticket_id, created_at, updated_at)
          SELECT x.tag_id, '${other.id}', x.created_at, x.updated_at FROM ticket_tags x`),
        [],
      );

      const places = await world.db.all(adHoc('SELECT DISTINCT project_id FROM ticket_tags'), []);
      expect(places).toEqual([{ project_id: world.project.id }]);
      await world.close();
    });
});
