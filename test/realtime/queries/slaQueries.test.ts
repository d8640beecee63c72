import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CreateCommentInput } from '../../../contract/comment.js';
import { slaStates, waitingOns } from '../../../contract/enums.js';
import { CreateSlaPolicyInput } from '../../../contract/sla.js';
import { slaStateOf } from '../../../contract/slaState.js';
import type { SlaState } from '../../../contract/ticketSla.js';
import { SearchTicketsInput } from '../../../contract/ticketInputs.js';
import { CreateViewInput, ListViewsInput } from '../../../contract/view.js';
import { priorities, ticketStatuses } from '../../../contract/ticket.js';
import { randomFrom } from '../../../seeders/support/random.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import type { Deps } from '../../../server/features/deps.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import { createSlaPolicy } from '../../../server/features/sla/commands/createSlaPolicy.js';
import { updateSlaPolicy } from '../../../server/features/sla/commands/updateSlaPolicy.js';
import { reapplySome } from '../../../server/features/sla/reapplySla.js';
import { sweepSla } from '../../../server/features/sla/sweepSla.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { createView } from '../../../server/features/views/commands/createView.js';
import { listViews } from '../../../server/features/views/views.queries.js';
import { AppError } from '../../../server/kernel/errors.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, parsed, patchTicket, type TicketWorld } from '../../support/ticketWorld.js';
import { aHub, until } from '../liveWorld.js';
import { checkEveryCursor, wholeLog } from './everyCursor.js';
import { everything, QueryTap } from './queryTap.js';
import { truth } from './truth.js';

const MINUTE = 60_000;

describeEachDialect('a live query by how promises stand', (dialect) => {
  let world: TicketWorld;
  const moment = { now: 0 };
  let deps: Deps;
  beforeEach(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
    moment.now = Date.parse('2031-06-02T08:00:00.000Z');
    deps = { ...world.deps, clock: { now: () => new Date(moment.now) } };
  });
  afterEach(() => world.close());

  const promise = (draft: object) => {
    const given = { projectId: world.project.id, name: 'A promise', calendar: { timeZone: 'UTC' } };
    return createSlaPolicy(deps, world.lead, CreateSlaPolicyInput.parse({ ...given, ...draft }));
  };
  const open = (person: TicketWorld['ann'], sla: readonly SlaState[], more: Partial<typeof everything> = {}) =>
    new QueryTap(world.deps.hub, person, {
      ...everything,
      projectId: world.project.id,
      ...more,
      filter: { sla: [...sla], ...more.filter },
    });
  const holds = async (tap: QueryTap, person = world.ann) => {
    const expected = await truth(world.db, person, tap.asked);
    await until(
      () => tap.view.isWhole && isDeepStrictEqual({ items: tap.view.items, counts: tap.view.counts }, expected),
      5_000,
      () => ({ asked: tap.asked, holds: tap.titles, expected: expected.items.map(({ title }) => title) }),
    );
    return expected.items;
  };
  const sweepAfter = (minutes: number) => {
    moment.now += minutes * MINUTE;
    return sweepSla(deps);
  };

  it('has a ticket come and go as it is told of, waits, and ends; never by time alone', async () => {
    await promise({ resolveMinutes: 100 });
    const taps = Object.fromEntries(slaStates.map((state) => [state, open(world.ann, [state])]));
    const ticket = await aTicket({ ...world, deps }, { title: 'One' });
    const standing = async () => {
      const found = [];
      for (const [state, tap] of Object.entries(taps)) if ((await holds(tap)).length > 0) found.push(state);
      return found;
    };
    const patch = (change: object) => patchTicket({ ...world, deps }, world.lead, ticket.id, change);
    const seen = [await standing()];

    moment.now += 80 * MINUTE;
    seen.push(await standing());
    await sweepAfter(0);
    seen.push(await standing());
    moment.now += MINUTE;
    await patch({ waitingOn: 'CUSTOMER' });
    seen.push(await standing());
    await patch({ waitingOn: null });
    seen.push(await standing());
    await patch({ status: 'RESOLVED' });
    seen.push(await standing());
    await patch({ status: 'OPEN' });
    // It halted too late, which nobody was told yet.
    moment.now += 21 * MINUTE;
    seen.push(await standing());
    await patch({ waitingOn: 'THIRD_PARTY' });
    seen.push(await standing());
    await sweepAfter(0);
    seen.push(await standing());

    expect(seen.flat()).toEqual('RUNNING RUNNING WARNED PAUSED WARNED MET WARNED BREACHED BREACHED'.split(' '));
    await Promise.all(Object.values(taps).map((tap) => tap.stop()));
  });

  it('finds nothing for customers, and no longer for who has become one', async () => {
    await promise({ resolveMinutes: 100 });
    await aTicket({ ...world, deps }, { title: 'Mine', reporterId: world.customer.userId });
    const [staff, customer] = [open(world.ann, slaStates), open(world.customer, slaStates)];
    expect(await holds(staff)).toHaveLength(1);
    expect(await holds(customer, world.customer)).toEqual([]);
    await sweepAfter(90);
    expect(await holds(staff)).toHaveLength(1);
    expect(customer.text).not.toContain('Mine');
    const member = { projectId: world.project.id, userId: world.ann.userId };
    await setMemberRole(world.deps, world.admin, { ...member, role: 'CUSTOMER' });
    expect(await holds(staff)).toEqual([]);
    await Promise.all([staff.stop(), customer.stop()]);
  });

  it('can be saved, and a search narrowed by it', async () => {
    await promise({ resolveMinutes: 100 });
    const { id } = await aTicket({ ...world, deps }, { title: 'Printer' });
    const filter = { sla: ['BREACHED', 'WARNED'] as const };
    await createView(
      world.deps,
      world.ann,
      parsed(CreateViewInput, { name: 'Late', projectId: world.project.id, filter: { sla: [...filter.sla] } }),
    );
    const found = async () => {
      const input = parsed(SearchTicketsInput, { text: 'printer', sla: [...filter.sla] });
      return (await searchTickets(world.db, world.ann, input)).items.map((ticket) => ticket.id);
    };

    expect(await found()).toEqual([]);
    await sweepAfter(101);
    expect(await found()).toEqual([id]);
    const { items } = await listViews(world.db, world.ann, parsed(ListViewsInput, {}));
    expect(items.map((view) => view.filter)).toEqual([filter]);
  });

  it('holds what SQL says, and at every cursor what the log says, whatever is done to tickets', async () => {
    const random = randomFrom(20310602);
    const { id: policyId } = await promise({ resolveMinutes: 100, firstResponseMinutes: 20 });
    await promise({ resolveMinutes: 30, priorities: ['URGENT'] });
    const ids: string[] = [];
    const here = { ...world, deps };
    const patch = (change: object) => updateTicket(deps, world.lead, { ticketId: random.pick(ids), patch: change });
    const deeds: readonly (() => Promise<unknown>)[] = [
      async () => ids.push((await aTicket(here, { title: `T${ids.length}`, priority: random.pick(priorities) })).id),
      () => patch({ status: random.pick(ticketStatuses) }),
      () => patch({ waitingOn: random.pick([null, ...waitingOns]) }),
      () => patch({ priority: random.pick(priorities) }),
      () =>
        createComment(deps, world.bob, parsed(CreateCommentInput, { ticketId: random.pick(ids), content: 'Words' })),
      () => deleteTicket(deps, world.lead, { ticketId: random.pick(ids) }),
      () => restoreTicket(deps, world.lead, { ticketId: random.pick(ids) }),
      () =>
        moveTicket(deps, world.admin, {
          ticketId: random.pick(ids),
          projectId: random.pick([world.project.id, world.foreign.id]),
        }),
      () => sweepAfter(random.below(40)),
      () => sweepAfter(random.below(40)),
    ];
    const some = () => slaStates.filter(() => random.chance(0.4));
    const asked = [...slaStates.map((state) => [state]), ...Array.from({ length: 6 }, some)].filter(
      ({ length }) => length > 0,
    );
    const taps = asked.map((states, nth) =>
      open(world.ann, states, {
        limit: 1 + random.below(8),
        sort: { by: random.pick(['updatedAt', 'priority']), dir: 'desc' },
        ...(nth % 3 === 0 && { filter: { status: ['OPEN', 'IN_PROGRESS'] } }),
      }),
    );
    const met = new Map<SlaState, number>();
    for (let nth = 0; nth < 160; nth++) {
      moment.now += random.below(3) * MINUTE;
      await (ids.length < 8 ? deeds[0]! : random.pick(deeds))().catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code === 'INTERNAL') throw error;
      });
      if (nth % 10 !== 9) continue;
      for (const tap of taps)
        for (const { sla } of await holds(tap))
          for (const clock of [sla?.FIRST_RESPONSE, sla?.RESOLVE])
            if (clock) met.set(slaStateOf(clock), (met.get(slaStateOf(clock)) ?? 0) + 1);
      if (nth % 40 === 39) {
        await updateSlaPolicy(deps, world.lead, {
          policyId,
          patch: { resolveMinutes: 60 + random.below(90) },
          reapply: true,
        });
        while (await reapplySome(deps));
      }
    }
    await Promise.all(taps.map((tap) => tap.stop()));

    // Of each state enough was seen for the comparison to mean something.
    expect(Math.min(...slaStates.map((state) => met.get(state) ?? 0))).toBeGreaterThan(5);
    const log = await wholeLog(world.db, [world.project.id, world.foreign.id]);
    const checks = taps.map((tap) => checkEveryCursor(tap, world.ann, log, world.project.id));
    expect(checks.flatMap(({ wrong }) => wrong ?? [])).toEqual([]);
    expect(checks.reduce((sum, { checked }) => sum + checked, 0)).toBeGreaterThan(200);
  }, 60_000);
});
