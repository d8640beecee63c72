import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListTagsInput } from '../../../contract/tag.js';
import { listTags } from '../../../server/features/tags/tags.queries.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { mergeTickets } from '../../../server/features/tickets/commands/mergeTickets.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { tagTicket } from '../../../server/features/tickets/commands/tagTicket.js';
import { unmergeTickets } from '../../../server/features/tickets/commands/unmergeTickets.js';
import { untagTicket } from '../../../server/features/tickets/commands/untagTicket.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, parsed, refusal, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('tags of a project', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  interface It {
    readonly id: string;
  }
  const list = (actor: Actor, project: It, more: object = {}) =>
    listTags(world.db, actor, parsed(ListTagsInput, { projectId: project.id, ...more }));
  const counts = async (project: It = world.project, actor: Actor = world.admin) =>
    Object.fromEntries((await list(actor, project)).items.map(({ name, ticketCount }) => [name, ticketCount]));
  const tag = (ticket: It, ...tags: string[]) => tagTicket(world.deps, world.admin, { ticketId: ticket.id, tags });
  const untag = (ticket: It, ...tags: string[]) => untagTicket(world.deps, world.admin, { ticketId: ticket.id, tags });
  const fresh = async () => {
    const project = await aProject(world, { lead: world.lead, members: [world.ann], customers: [world.customer] });
    const make = () => aTicket(world, { projectId: project.id }, world.admin);
    return { project, make };
  };

  it('come in the order of their names, whatever the case, each with how many tickets carry it', async () => {
    const { project, make } = await fresh();
    const [first, second] = [await make(), await make()];
    await tag(first, 'zebra', 'Ärger', 'Alpha');
    await tag(second, 'ALPHA', 'beta');

    expect((await list(world.ann, project)).items).toEqual([
      { name: 'Alpha', ticketCount: 2 },
      { name: 'beta', ticketCount: 1 },
      { name: 'zebra', ticketCount: 1 },
      { name: 'Ärger', ticketCount: 1 },
    ]);
    const walked: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await list(world.ann, project, { limit: 1, cursor });
      walked.push(...page.items.map(({ name }) => name));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(walked).toEqual(['Alpha', 'beta', 'zebra', 'Ärger']);
  });

  it('go with the last ticket that carries them, and come back with it', async () => {
    const { project, make } = await fresh();
    const [first, second] = [await make(), await make()];
    await tag(first, 'one', 'two');
    await tag(second, 'one');

    await untag(first, 'two', 'none');
    expect(await counts(project)).toEqual({ one: 2 });
    await deleteTicket(world.deps, world.admin, { ticketId: first.id });
    expect(await counts(project)).toEqual({ one: 1 });
    await deleteTicket(world.deps, world.admin, { ticketId: second.id });
    expect(await counts(project)).toEqual({});
    await restoreTicket(world.deps, world.admin, { ticketId: first.id });
    expect(await counts(project)).toEqual({ one: 1 });
  });

  it('follow a ticket into another project, and those that are merged', async () => {
    const [here, there] = [await fresh(), await fresh()];
    const [moved, merged, into] = [await here.make(), await here.make(), await here.make()];
    await tag(moved, 'nomad', 'both');
    await tag(merged, 'both');

    await moveTicket(world.deps, world.admin, { ticketId: moved.id, projectId: there.project.id });
    expect([await counts(here.project), await counts(there.project)]).toEqual([{ both: 1 }, { both: 1, nomad: 1 }]);
    await mergeTickets(world.deps, world.admin, { ticketId: merged.id, intoId: into.id });
    const together = await counts(here.project);
    await unmergeTickets(world.deps, world.admin, { ticketId: merged.id });
    expect(together['both']).toBeGreaterThanOrEqual(1);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('are for the staff of the project: a customer is told of none, a stranger that there is no project', async () => {
    const { project, make } = await fresh();
    await tag(await make(), 'secret');

    expect(await counts(project, world.ann)).toEqual({ secret: 1 });
    expect(await list(world.customer, project)).toEqual({ items: [], nextCursor: null });
    const missing = await refusal(world, 'NOT_FOUND', () => list(world.bob, { id: newId() }));
    expect(await refusal(world, 'NOT_FOUND', () => list(world.bob, project))).toEqual(missing);
  });
});
