import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketsDelta } from '../../../contract/liveTickets.js';
import { queryReader } from '../../../server/features/tickets/ticketWindow.queries.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { updateUser } from '../../../server/features/users/commands/updateUser.js';
import { aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, patchTicket, type TicketWorld } from '../../support/ticketWorld.js';
import { aHub, oneTo, until } from '../liveWorld.js';
import { everything, QueryTap } from './queryTap.js';
import { truth } from './truth.js';

describeEachDialect('a live query', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
  });
  afterAll(() => world.close());

  /** A project of its own with tickets of these titles, the last one changed last. */
  async function aBoard(titles: readonly string[]) {
    const { id: projectId } = await aProject(world, { members: [world.ann], customers: [world.customer] });
    const make = (title: string, more: Parameters<typeof aTicket>[1] = {}) =>
      aTicket(world, { projectId, title, ...more });
    const tickets = new Map<string, string>();
    for (const title of titles) tickets.set(title, (await make(title)).id);
    const asked = { ...everything, projectId };
    const open = (more: Partial<typeof asked> = {}) => new QueryTap(world.deps.hub, world.ann, { ...asked, ...more });
    return { projectId, asked, make, open, idOf: (title: string) => tickets.get(title) ?? '' };
  }
  const whole = (tap: QueryTap) => until(() => tap.view.isWhole);
  const last = (tap: QueryTap) => tap.items.at(-1) as TicketsDelta;

  it('begins with a snapshot and then tells what enters, changes, moves and leaves', async () => {
    const { make, open, idOf } = await aBoard(['One', 'Two']);
    const tap = open({ filter: { status: ['OPEN'] }, sort: { by: 'priority', dir: 'desc' } });
    await whole(tap);
    const begun = tap.titles;

    const { id } = await make('Three', { priority: 'HIGH' });
    await until(() => tap.items.length === 2);
    const entered = tap.titles;
    await patchTicket(world, world.ann, idOf('One'), { title: 'First', priority: 'URGENT' });
    await until(() => tap.items.length === 3);
    const moved = tap.titles;
    await patchTicket(world, world.ann, id, { status: 'REVIEW' });
    await until(() => tap.items.length === 4);
    await tap.stop();

    expect(begun).toEqual(['Two', 'One']);
    expect(entered).toEqual(['Three', 'Two', 'One']);
    expect(moved).toEqual(['First', 'Three', 'Two']);
    expect(last(tap)).toMatchObject({ upserts: [], removes: [id] });
    expect(tap.titles).toEqual(['First', 'Two']);
  });

  it('keeps quiet about what does not concern it', async () => {
    const { make, open, idOf } = await aBoard(['One']);
    const tap = open({ filter: { status: ['REVIEW'] } });
    await whole(tap);

    await make('Two');
    await patchTicket(world, world.ann, idOf('One'), { title: 'First' });
    await patchTicket(world, world.ann, idOf('One'), { status: 'REVIEW' });
    await until(() => tap.items.length > 1);
    await tap.stop();

    expect(tap.items).toHaveLength(2);
    expect(tap.titles).toEqual(['First']);
  });

  it('lets deleted tickets leave and restored ones come back', async () => {
    const { open, idOf } = await aBoard(['One', 'Two']);
    const tap = open();
    await whole(tap);

    await deleteTicket(world.deps, world.admin, { ticketId: idOf('One') });
    await until(() => tap.view.counts.total === 1);
    const left = tap.titles;
    await restoreTicket(world.deps, world.admin, { ticketId: idOf('One') });
    await until(() => tap.view.counts.total === 2);
    await tap.stop();

    expect(left).toEqual(['Two']);
    expect(tap.titles).toEqual(['One', 'Two']);
  });

  it('counts all that match by status and holder, also beyond its limit', async () => {
    const { open, make, idOf } = await aBoard(['One', 'Two', 'Three']);
    const tap = open({ limit: 1 });
    await whole(tap);
    const begun = tap.view.counts;

    await patchTicket(world, world.ann, idOf('Two'), { status: 'CLOSED' });
    await make('Four', { assigneeId: world.ann.userId });
    await until(() => tap.view.counts.total === 4);
    await tap.stop();

    expect(begun).toMatchObject({ total: 3, byStatus: { OPEN: 3 }, byAssignee: {} });
    expect(tap.view).toEqual({ ...(await truth(world.db, world.ann, tap.asked)), isWhole: true });
    expect(tap.view.counts).toMatchObject({ byStatus: { CLOSED: 1 }, byAssignee: { [world.ann.userId]: 1 } });
  });

  it('fills its top up again, from memory and then from the database', async () => {
    const titles = oneTo(12).map((nth) => `T${nth}`);
    const { open, idOf } = await aBoard(titles);
    const tap = open({ limit: 2, filter: { status: ['OPEN'] }, sort: { by: 'createdAt', dir: 'asc' } });
    await whole(tap);

    for (const title of titles.slice(0, 10)) {
      await patchTicket(world, world.ann, idOf(title), { status: 'REVIEW' });
      await until(() => !tap.titles.includes(title));
    }
    await until(() => tap.titles.length === 2);
    await tap.stop();

    expect(tap.titles).toEqual(['T11', 'T12']);
    expect(tap.items.filter(({ kind }) => kind === 'snapshot')).toHaveLength(1);
  });

  it('is one for all who ask the same, in the same words or not', async () => {
    const { asked, make } = await aBoard(['One']);
    let reads = 0;
    const reader = queryReader(world.db);
    const counting = {
      ...reader,
      window: (request: Parameters<typeof reader.window>[0]) => (reads++, reader.window(request)),
    };
    const node = aHub(world.deps, { queries: { reader: counting }, pollMs: 50 });
    const filters = [{ status: ['OPEN', 'REVIEW'] as const }, { status: ['REVIEW', 'OPEN', 'OPEN'] as const }];

    const taps = oneTo(200).map(
      (nth) =>
        new QueryTap(node, nth % 2 ? world.ann : world.admin, {
          ...asked,
          filter: { status: [...filters[nth % 2]!.status] },
        }),
    );
    await until(() => taps.every((tap) => tap.view.isWhole), 20_000);
    await make('Two');
    await until(() => taps.every((tap) => tap.items.length === 2), 20_000);
    await Promise.all(taps.map((tap) => tap.stop()));

    expect(reads).toBeLessThanOrEqual(3);
    // The same object for everybody: it is turned into text once.
    expect(new Set(taps.map((tap) => tap.items[1])).size).toBe(1);
  });

  it('learns a new name at the next join, although no event tells it', async () => {
    const { open, make } = await aBoard([]);
    await make('Held', { assigneeId: world.ann.userId });
    const tap = open();
    await whole(tap);
    await updateUser(world.deps, world.admin, { userId: world.ann.userId, patch: { name: 'Ann Renamed' } });
    await new Promise((resolve) => setTimeout(resolve, 1_050));

    const next = open();
    await until(() => tap.view.items[0]?.assignees[0]?.name === 'Ann Renamed');
    await Promise.all([next.stop(), tap.stop()]);

    expect(next.view.items).toEqual(tap.view.items);
  });

  it('sends long rows in several parts, whole with the last', async () => {
    const { open, make } = await aBoard([]);
    for (const nth of oneTo(12)) await make(`Long ${nth}`, { description: 'x'.repeat(19_000) });

    const tap = open();
    await whole(tap);
    await tap.stop();

    const parts = tap.items.map((item) => item.kind === 'snapshot' && [item.part, item.isLast]);
    expect(parts).toEqual([
      [0, false],
      [1, true],
    ]);
    expect(tap.view.items).toHaveLength(12);
  });
});
