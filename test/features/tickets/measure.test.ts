import { it } from 'vitest';
import { BulkUpdateInput } from '../../../contract/bulkUpdate.js';
import { bulkUpdateTickets } from '../../../server/features/tickets/commands/bulkUpdateTickets.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { countedStatements } from '../../support/countedStatements.js';
import { newId } from '../../../server/kernel/ids.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, give } from '../../support/ticketWorld.js';

describeEachDialect('measure', (dialect) => {
  it('bulk', { timeout: 280_000 }, async () => {
    const world = await aTicketWorld(dialect);
    const ids: string[] = [];
    for (let n = 0; n < 10; n++)
      ids.push(...(await Promise.all(Array.from({ length: 100 }, () => aTicket(world, { storyPoints: 1, description: 'Some words of what this is about, and a few more.' })))).map(({ id }) => id));
    for (const id of ids.slice(0, 100)) await give(world, { id }, world.bob);
    const time = async (name: string, patch: object) => {
      const counted = countedStatements(world.deps);
      const input = BulkUpdateInput.parse({ ticketIds: ids, patch, idempotencyKey: newId() });
      const [begun, cpu] = [performance.now(), process.cpuUsage()];
      const { results } = await bulkUpdateTickets(counted.deps, world.ann, input);
      const { user, system } = process.cpuUsage(cpu);
      const ok = results.filter(({ outcome }) => outcome === 'UPDATED').length;
      console.log(dialect, name, ok, `${(performance.now() - begun).toFixed(0)} ms`, `node ${((user + system) / 1000).toFixed(0)} ms`, `${counted.names.length} statements`);
    };
    await time('priority (warm-up)', { priority: 'LOW' });
    await time('priority', { priority: 'HIGH' });
    await time('priority', { priority: 'URGENT' });
    await time('status', { status: 'REVIEW' });
    await time('title', { title: 'Another title' });
    await time('title', { title: 'And another title' });
    await time('close', { status: 'CLOSED', waitingOn: 'CUSTOMER' });
    const begun = performance.now();
    for (const ticketId of ids.slice(0, 200)) await updateTicket(world.deps, world.ann, { ticketId, patch: { priority: 'LOW' } });
    console.log(dialect, '1000 single edits, scaled from 200', `${((performance.now() - begun) * 5).toFixed(0)} ms`);
    await world.close();
  });
});
