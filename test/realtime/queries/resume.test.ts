import { afterAll, beforeAll, expect, it } from 'vitest';
import { adHoc } from '../../../server/db/statement.js';
import { inUnitOfWork } from '../../../server/db/unitOfWork.js';
import { aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, patchTicket, type TicketWorld } from '../../support/ticketWorld.js';
import { aHub, oneTo, until } from '../liveWorld.js';
import { everything, QueryTap } from './queryTap.js';
import { truth } from './truth.js';

describeEachDialect('the cursor of a live query', (dialect) => {
  let world: TicketWorld;
  let projectId: string;
  beforeAll(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
    projectId = (await aProject(world, { members: [world.ann] })).id;
    await make('One');
    await make('Two');
  });
  afterAll(() => world.close());

  const make = (title: string, description = '') => aTicket(world, { projectId, title, description });
  const whole = (tap: QueryTap) => until(() => tap.view.isWhole);
  const open = (more: Partial<typeof everything> = {}, cursor?: string, hub = world.deps.hub) =>
    new QueryTap(hub, world.ann, { ...everything, projectId, ...more }, cursor);
  const resumed = (tap: QueryTap, hub = world.deps.hub) =>
    new QueryTap(hub, world.ann, tap.asked, tap.cursor, tap.view);
  const kinds = (tap: QueryTap) => tap.items.map(({ kind }) => kind);
  const isTrue = async (tap: QueryTap) => {
    const expected = await truth(world.db, world.ann, tap.asked);
    await until(() => tap.view.isWhole && tap.view.counts.total === expected.counts.total);
    expect(tap.view).toEqual({ ...expected, isWhole: true });
  };

  it('goes on with what was missed, and with nothing when nothing was', async () => {
    const tap = open();
    await whole(tap);
    await tap.stop();
    const idle = resumed(tap);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await idle.stop();

    await make('Missed');
    await make('Missed too');
    const back = resumed(tap);
    await isTrue(back);
    await back.stop();

    expect(kinds(idle)).toEqual([]);
    expect(kinds(back)).toEqual(['delta', 'delta']);
  });

  it('goes on at another node that follows the same, also when that one has heard less', async () => {
    const other = aHub(world.deps, { pollMs: 60_000 });
    const there = open({}, undefined, other);
    const here = open();
    await Promise.all([whole(there), whole(here)]);
    await make('Heard of here');
    await until(() => here.titles.includes('Heard of here'));
    await here.stop();
    const before = here.view;

    const back = resumed(here, other);
    await until(() => back.items.length > 0 || there.titles.includes('Heard of here'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await make('Unheard of');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([back.stop(), there.stop()]);

    expect(back.view).toEqual(before);
    expect(there.titles).toEqual(before.items.map(({ title }) => title));
  });

  it('that is older than what is kept is answered by a snapshot', async () => {
    const tap = open();
    await whole(tap);
    await tap.stop();

    const { id } = await make('Busy');
    for (const nth of oneTo(140)) await patchTicket(world, world.ann, id, { title: `Busy ${nth}` });
    const back = resumed(tap);
    await until(() => back.titles.includes('Busy 140'));
    await back.stop();

    expect(kinds(back)[0]).toBe('snapshot');
    await isTrue(back);
  });

  it.each([
    ['of another filter', () => ({ filter: { status: ['OPEN' as const] } })],
    ['of another order', () => ({ sort: { by: 'priority', dir: 'asc' } as const })],
    ['of another limit', () => ({ limit: 3 })],
  ])('%s is answered by a snapshot', async (_, more) => {
    const tap = open(more());
    await whole(tap);
    await tap.stop();

    const back = open({}, tap.cursor);
    await whole(back);
    await back.stop();

    expect(kinds(back)).toEqual(['snapshot']);
  });

  it.each(['nonsense', '00000000-0000-4000-8000-000000000000.abcdefghijklmnop.1', ''])(
    '"%s" is answered by a snapshot',
    async (cursor) => {
      const back = open({}, cursor);
      await isTrue(back);
      await back.stop();

      expect(kinds(back)).toEqual(['snapshot']);
    },
  );

  it('of half a snapshot is answered by a whole one', async () => {
    const { id: own } = await aProject(world, { members: [world.ann] });
    for (const nth of oneTo(15))
      await aTicket(world, { projectId: own, title: `Long ${nth}`, description: 'x'.repeat(19_000) });
    const tap = open({ projectId: own });
    await whole(tap);
    await tap.stop();
    const [first] = tap.sent;

    const back = open({ projectId: own }, first!.cursor);
    await whole(back);
    await back.stop();

    expect(tap.items.length).toBeGreaterThan(1);
    expect(back.items.map((item) => item.kind === 'snapshot' && item.part)).toEqual(
      [0, 1, 2].slice(0, back.items.length),
    );
    expect(back.view.items).toHaveLength(15);
  });

  it('moves a slow reader over what it missed, by steps or by a snapshot', async () => {
    const tap = open();
    await whole(tap);
    const { id } = await make('Slow');
    await until(() => tap.titles.includes('Slow'));

    tap.pause();
    for (const nth of oneTo(5)) await patchTicket(world, world.ann, id, { title: `A ${nth}` });
    tap.resume();
    await until(() => tap.titles.includes('A 5'));
    const steps = kinds(tap);
    tap.pause();
    for (const nth of oneTo(140)) await patchTicket(world, world.ann, id, { title: `B ${nth}` });
    const held = tap.items.length;
    tap.resume();
    await until(() => tap.titles.includes('B 140'));
    await tap.stop();

    expect(steps.filter((kind) => kind === 'snapshot')).toHaveLength(1);
    expect(kinds(tap).slice(held)).toContain('snapshot');
    await isTrue(tap);
  });

  /** Renames a ticket as an earlier version did, whose events do not tell the past, and then lets `more` events follow. */
  async function renameAsOfOld({ seq: _, ...ticket }: Awaited<ReturnType<typeof make>>, title: string, more = 0) {
    const call = { actor: world.ann, procedure: 'test.rename', input: {} };
    await inUnitOfWork(world.deps, call, async ({ record, all }) => {
      const { seq } = await record.number(projectId, { events: 1 + more });
      await all(adHoc('UPDATE tickets SET title = $2, last_seq = $3 WHERE id = $1'), [ticket.id, title, seq]);
      const common = { projectId, audience: 'TEAM', reporterId: null } as const;
      const payload = { ticket: { ...ticket, title, lastSeq: seq }, changes: {} };
      record.append({ ...common, seq, type: 'ticket.updated', ticketId: ticket.id, payload });
      for (const nth of oneTo(more))
        record.append({
          ...common,
          seq: seq + nth,
          type: 'project.updated',
          ticketId: null,
          payload: { changes: {} } as never,
        });
    });
  }

  it('is reached by what an event did that does not tell the past', async () => {
    const ticket = await make('Old way');
    const tap = open({});
    await until(() => tap.titles.includes('Old way'));
    const held = tap.items.length;

    await renameAsOfOld(ticket, 'Told without its past');
    await until(() => tap.titles.includes('Told without its past'));
    await tap.stop();

    expect(kinds(tap).slice(held)).toEqual(['delta']);
    await isTrue(tap);
  });

  it('is reached by what happened in a stretch of events that was passed over', async () => {
    const ticket = await make('Passed over');
    const tap = open({});
    await whole(tap);

    await renameAsOfOld(ticket, 'Found all the same', 600);
    await patchTicket(world, world.ann, ticket.id, { priority: 'URGENT' });
    await until(() =>
      tap.view.items.some(({ title, priority }) => title === 'Found all the same' && priority === 'URGENT'),
    );
    await tap.stop();

    await isTrue(tap);
  });

  it('counts in another epoch after a restore, and the reader is given all anew', async () => {
    const node = aHub(world.deps, { pollMs: 30 });
    const tap = open({}, undefined, node);
    await whole(tap);

    await world.db.sequelize.query("UPDATE installation SET epoch = '11111111-1111-4111-8111-111111111111'");
    await until(() => kinds(tap).filter((kind) => kind === 'snapshot').length === 2);
    await tap.stop();

    expect(tap.cursor?.startsWith('11111111-1111-4111-8111-111111111111.')).toBe(true);
    await isTrue(tap);
  });
});
