import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { CreateViewInput, ListViewsInput, UpdateViewInput, type SavedView } from '../../../contract/view.js';
import { ListTicketsInput } from '../../../contract/ticketInputs.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import { createView } from '../../../server/features/views/commands/createView.js';
import { deleteView } from '../../../server/features/views/commands/deleteView.js';
import { updateView } from '../../../server/features/views/commands/updateView.js';
import { listViews } from '../../../server/features/views/views.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { aCustomer, anAgent, aProject, join } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, parsed, refusal, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('a saved view', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  let views = 0;
  const save = (actor: Actor, given: Partial<z.input<typeof CreateViewInput>> = {}) =>
    createView(world.deps, actor, parsed(CreateViewInput, { name: `View ${++views}`, filter: {}, ...given }));
  const share = (actor: Actor, given: Partial<z.input<typeof CreateViewInput>> = {}) =>
    save(actor, { projectId: world.project.id, shared: true, ...given });
  const update = (actor: Actor, view: SavedView, patch: object, expectedVersion?: number) =>
    updateView(world.deps, actor, parsed(UpdateViewInput, { viewId: view.id, patch, expectedVersion }));
  const list = (actor: Actor, input: z.input<typeof ListViewsInput> = {}) =>
    listViews(world.db, actor, parsed(ListViewsInput, input));
  const idsSeenBy = async (actor: Actor, input?: z.input<typeof ListViewsInput>) =>
    (await list(actor, input)).items.map(({ id }) => id);

  it('reads back as it was saved, and lists what its filter says', async () => {
    const [mine, other] = [await aTicket(world, { priority: 'URGENT' }), await aTicket(world)];
    const filter = { priority: ['URGENT'], text: 'ticket', unassigned: true } as const;
    const sort = { by: 'dueDate', dir: 'asc' } as const;
    const saved = await save(world.ann, { filter: { ...filter, priority: ['URGENT'] }, sort });

    const [found] = (await list(world.ann)).items.filter(({ id }) => id === saved.id);
    expect(found).toEqual(saved);
    expect(saved).toMatchObject({ filter, sort, ownerName: 'Ann Agent', projectId: null, shared: false, version: 1 });
    const asked = parsed(ListTicketsInput, { ...found!.filter, sort: found!.sort });
    const ids = (await listTickets(world.db, world.ann, asked)).items.map(({ id }) => id);
    expect(ids).toContain(mine.id);
    expect(ids).not.toContain(other.id);
  });

  it('is its owner’s alone, until it is shared with the staff of its project', async () => {
    const own = await save(world.ann, { projectId: world.project.id });
    expect(await idsSeenBy(world.bob)).not.toContain(own.id);

    await update(world.ann, own, { shared: true });
    for (const staff of [world.ann, world.bob, world.lead, world.admin])
      expect(await idsSeenBy(staff, { projectId: world.project.id })).toContain(own.id);
    for (const other of [world.customer, await anAgent(world)]) expect(await idsSeenBy(other)).not.toContain(own.id);

    await update(world.ann, own, { shared: false });
    expect(await idsSeenBy(world.bob)).not.toContain(own.id);
    await refusal(world, 'NOT_FOUND', () => update(world.bob, own, { name: 'x' }));
    await refusal(world, 'NOT_FOUND', () => update(world.admin, own, { name: 'x' }));
  });

  it('of a project is told of in that project, and to who may enter it', async () => {
    const person = await anAgent(world);
    const project = await aProject(world, { members: [person] });
    const [here, anywhere] = [await save(person, { projectId: project.id }), await save(person)];

    expect(await idsSeenBy(person)).toEqual([here.id, anywhere.id]);
    expect(await idsSeenBy(person, { projectId: project.id })).toEqual([here.id]);
    await removeMember(world.deps, world.admin, { projectId: project.id, userId: person.userId });
    expect(await idsSeenBy(person)).toEqual([anywhere.id]);
    await expect(list(person, { projectId: project.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await refusal(world, 'NOT_FOUND', () => update(person, here, { name: 'x' }));
    await refusal(world, 'NOT_FOUND', () => save(person, { projectId: project.id }));
  });

  it('is changed and deleted by its owner or a lead, and by nobody else', async () => {
    const view = await share(world.ann);

    await refusal(world, 'FORBIDDEN', () => update(world.bob, view, { name: 'x' }));
    await refusal(world, 'FORBIDDEN', () => deleteView(world.deps, world.bob, { viewId: view.id }));
    await refusal(world, 'NOT_FOUND', () => deleteView(world.deps, world.customer, { viewId: view.id }));
    await refusal(world, 'NOT_FOUND', () => deleteView(world.deps, world.bob, { viewId: newId() }));
    expect(await update(world.lead, view, { filter: { unassigned: true } })).toMatchObject({ version: 2 });
    await deleteView(world.deps, world.lead, { viewId: view.id });
    expect(await idsSeenBy(world.ann)).not.toContain(view.id);
  });

  it('is shared by staff, and in a project', async () => {
    await refusal(world, 'FORBIDDEN', () => share(world.customer));
    await refusal(world, 'BAD_INPUT', () => save(world.ann, { shared: true }));
    const own = await save(world.customer, { projectId: world.project.id });
    await refusal(world, 'FORBIDDEN', () => update(world.customer, own, { shared: true }));
    const nowhere = await save(world.ann);
    await refusal(world, 'BAD_INPUT', () => update(world.ann, nowhere, { shared: true }));
  });

  it('has a name that no other of its owner has in the project, whatever the case', async () => {
    const view = await share(world.ann, { name: 'Überfällig' });

    await refusal(world, 'DUPLICATE', () => share(world.ann, { name: 'u\u0308BERFÄLLIG' }));
    const [elsewhere] = [await save(world.ann, { name: 'überfällig' }), await share(world.bob, { name: 'überfällig' })];
    expect(await update(world.ann, view, { name: 'ÜBERFÄLLIG' })).toMatchObject({ name: 'ÜBERFÄLLIG', version: 2 });
    const third = await save(world.ann);
    await refusal(world, 'DUPLICATE', () => update(world.ann, third, { name: elsewhere.name }));
  });

  it('saved twice at once under one name is saved once', async () => {
    const name = `Raced ${++views}`;
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => save(world.bob, { name })));

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'DUPLICATE' });
  });

  it('is not changed from a version that is no longer the last, nor by what it says already', async () => {
    const view = await save(world.ann, { filter: { unassigned: true } });
    expect(await update(world.ann, view, { filter: { unassigned: true }, name: view.name })).toEqual(view);
    await update(world.ann, view, { filter: {} });

    const { details } = await refusal(world, 'CONFLICT', () => update(world.ann, view, { name: 'x' }, 1));
    expect(details).toEqual({ currentVersion: 2 });
  });

  it('that asks for what cannot be is refused', async () => {
    const filter = { unassigned: true, assigneeId: world.ann.userId };
    await refusal(world, 'BAD_INPUT', () => save(world.ann, { filter }));
    const view = await save(world.ann);
    await refusal(world, 'BAD_INPUT', () => update(world.ann, view, { filter }));
    expect(CreateViewInput.safeParse({ name: 'x', filter: { projectId: newId() } }).success).toBe(false);
  });

  it('that names what its reader may not see gives them no more than the list does', async () => {
    const secret = await aTicket(world, { projectId: world.foreign.id, title: 'Secret plans' }, world.admin);
    const saved = await save(world.ann, { filter: { reporterId: secret.reporterId, text: 'secret plans' } });

    const asked = parsed(ListTicketsInput, { ...saved.filter, sort: saved.sort });
    expect((await listTickets(world.db, world.ann, asked)).items).toEqual([]);
  });

  it('stands in a list by name, page after page', async () => {
    const person = await aCustomer(world);
    await join(world, world.project, person, 'CUSTOMER');
    for (const name of ['b', 'C', 'a', 'D']) await save(person, { name });
    const names: string[] = [];
    for (let cursor: string | undefined; ;) {
      const { items, nextCursor } = await list(person, { limit: 2, ...(cursor && { cursor }) });
      names.push(...items.map(({ name }) => name));
      if (nextCursor === null) break;
      cursor = nextCursor;
    }

    expect(names).toEqual(['a', 'b', 'C', 'D']);
  });
});
