import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { queryReader } from '../../../server/features/tickets/ticketWindow.queries.js';
import { memoryBus } from '../../../server/realtime/busMemory.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, type TicketWorld } from '../../support/ticketWorld.js';
import { aHub, until } from '../liveWorld.js';
import { everything, QueryTap } from './queryTap.js';
import { truth } from './truth.js';

describeEachDialect('a ticket that moves to another project', (dialect) => {
  const channel = new EventEmitter();
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts, { bus: memoryBus(channel) }) });
  });
  afterAll(() => world.close());

  /** A node that hears of one project only when it is let. */
  function aNodeDeafTo(projectId: string) {
    const bus = memoryBus(channel);
    const unheard: (() => void)[] = [];
    const onWake: typeof bus.onWake = (listener) =>
      bus.onWake((wake) => (wake.id === projectId ? void unheard.push(() => listener(wake)) : listener(wake)));
    const hub = aHub(world.deps, { bus: { ...bus, onWake }, pollMs: 60_000 });
    return { hub, hear: () => unheard.splice(0).forEach((tell) => tell()) };
  }

  describe('is shown and counted once by a live query over both', () => {
    it.each([
      ['arrival is heard of before the departure', () => world.project.id],
      ['departure is heard of before the arrival', () => world.foreign.id],
    ])('although its %s', async (_, deafTo) => {
      const { deps, admin, foreign } = world;
      const { id: ticketId } = await aTicket(world, { title: 'Moves' });
      await aTicket(world, { title: 'Stays' });
      const { hub, hear } = aNodeDeafTo(deafTo());
      const tap = new QueryTap(hub, admin, { ...everything, limit: 2 });
      await until(() => tap.view.isWhole);
      const { total } = tap.view.counts;

      await moveTicket(deps, admin, { ticketId, projectId: foreign.id });
      await until(() => tap.view.items.some(({ id, projectId }) => id === ticketId && projectId === foreign.id));
      hear();
      await until(() => tap.items.at(-1)?.kind === 'snapshot');
      await tap.stop();
      hub.close();

      const views = [...tap.views()].map(({ view }) => [view.items.length, view.counts.total]);
      expect(views).toEqual(views.map(() => [2, total]));
      expect(tap.view).toEqual({ ...(await truth(world.db, admin, tap.asked)), isWhole: true });
    });
  });

  it('is not shown where it left by a reading that began before', async () => {
    const { deps, admin, ann, project, foreign, db } = world;
    const { id: ticketId } = await aTicket(world, { title: 'Read just before it left' });
    const reader = queryReader(db);
    const gate = { hasRead: false, open: () => undefined as void };
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    const window: typeof reader.window = async (request) => {
      const read = await reader.window(request);
      gate.hasRead = true;
      await opened;
      return read;
    };
    let handedOut = 0;
    const observer = { onHandedOut: () => void handedOut++ };
    const hub = aHub(deps, { bus: memoryBus(channel), queries: { reader: { ...reader, window } }, observer });
    const tap = new QueryTap(hub, ann, { ...everything, projectId: project.id });
    await until(() => gate.hasRead);

    await moveTicket(deps, admin, { ticketId, projectId: foreign.id });
    await until(() => handedOut > 0);
    gate.open();
    await until(() => tap.view.isWhole);
    await tap.stop();
    hub.close();

    expect(tap.text).not.toContain('Read just before it left');
  });
});
