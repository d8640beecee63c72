import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ListNotificationsInput } from '../../../contract/notification.js';
import { listNotifications } from '../../../server/features/notifications/notifications.queries.js';
import { archiveProject } from '../../../server/features/projects/commands/archiveProject.js';
import { clockDisagreements } from '../../../server/features/sla/checkClocks.js';
import { sweepSla } from '../../../server/features/sla/sweepSla.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { nodeEnv } from '../../support/node.js';
import { aProject } from '../../support/people.js';
import { testProgramArgs } from '../../support/program.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, eventsOf, give, patchTicket, rows } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';
import { aSlaWorld, clockOf, MINUTE, promise, sweepAfter, toldOf, type SlaWorld } from './slaWorld.js';

const both = ['ticket.slaWarned', 'ticket.slaBreached'];

describeEachDialect('what clocks have to tell', (dialect) => {
  let world: SlaWorld;
  beforeAll(async () => {
    world = await aSlaWorld(dialect);
    await promise(world, { resolveMinutes: 100 });
  });
  afterAll(() => world.close());

  const noticesOf = async (person: Person, ticketId: string) =>
    (await listNotifications(world.db, person, ListNotificationsInput.parse({}))).items
      .filter(({ kind, ticket }) => kind.startsWith('SLA') && ticket?.id === ticketId)
      .map(({ kind }) => kind);
  const nothing = async () => {
    for await (const disagreement of clockDisagreements(world.db)) expect.fail(JSON.stringify(disagreement));
  };

  it('is told when it is time, once, to who holds the ticket and who leads the project', async () => {
    const { id } = await aTicket(world, { reporterId: world.customer.userId });
    await give(world, { id }, world.bob);

    expect(await sweepAfter(world, 79)).toBe(0);
    expect(await sweepAfter(world, 1)).toBe(1);
    expect(await sweepAfter(world, 19)).toBe(0);
    expect(await sweepAfter(world, 1)).toBe(1);
    expect(await sweepAfter(world, 1_000)).toBe(0);

    expect(await toldOf(world, id)).toEqual(both);
    for (const person of [world.bob, world.lead])
      expect(await noticesOf(person, id)).toEqual(['SLA_BREACHED', 'SLA_WARNED']);
    expect(await noticesOf(world.ann, id)).toEqual([]);
    const { warnedAt, breachedAt, warnAt, dueAt } = (await clockOf(world, id))!;
    expect([warnedAt, breachedAt]).toEqual([warnAt, dueAt]);
    const { lastSeq, version } = await getTicket(world.db, world.lead, { ticketId: id });
    expect((await eventsOf(world, { id })).at(-1)).toMatchObject({
      type: 'ticket.slaBreached',
      seq: lastSeq,
      actorId: null,
      payload: { clock: 'RESOLVE', ticket: { version, sla: { RESOLVE: { breachedAt: dueAt } } } },
    });
    await nothing();
  });

  it('is told of what was over before the ticket was resolved or began to wait, and of nothing that was in time', async () => {
    const [late, waits, inTime] = [await aTicket(world), await aTicket(world), await aTicket(world)];
    world.moment.now += 90 * MINUTE;
    await patchTicket(world, world.lead, waits.id, { waitingOn: 'CUSTOMER' });
    world.moment.now += 10 * MINUTE;
    await patchTicket(world, world.lead, inTime.id, { status: 'RESOLVED' });
    world.moment.now += 1;
    await patchTicket(world, world.lead, late.id, { status: 'RESOLVED' });

    await sweepAfter(world, 500);

    expect(await toldOf(world, late.id)).toEqual(both);
    expect(await toldOf(world, waits.id)).toEqual(both.slice(0, 1));
    expect(await toldOf(world, inTime.id)).toEqual(both.slice(0, 1));
    await patchTicket(world, world.lead, waits.id, { waitingOn: null });
    expect(await sweepAfter(world, 9)).toBe(0);
    expect(await sweepAfter(world, 1)).toBe(1);
    await nothing();
  });

  it('waits until a deleted ticket, or a project that was put away, is there again', async () => {
    const [gone, away] = [await aTicket(world), await aTicket(world)];
    await deleteTicket(world.deps, world.lead, { ticketId: gone.id });
    const archive = (archived: boolean) =>
      archiveProject(world.deps, world.lead, { projectId: world.project.id, archived });
    world.moment.now += 30 * MINUTE;
    await archive(true);

    expect(await sweepAfter(world, 500)).toBe(0);
    expect(await rows(world, 'SELECT mark_at FROM ticket_slas WHERE mark_at < $1', '2031-06-03')).toEqual([]);
    await archive(false);
    expect(await sweepAfter(world, 0)).toBe(2);
    expect(await toldOf(world, away.id)).toEqual(both);
    await restoreTicket(world.deps, world.lead, { ticketId: gone.id });
    expect(await sweepAfter(world, 99)).toBe(1);
    expect(await sweepAfter(world, 1)).toBe(1);
    await nothing();
  });

  it('is told of what was resolved too late and deleted before it was told, once that is back', async () => {
    const { id: ticketId } = await aTicket(world);
    world.moment.now += 200 * MINUTE;
    await patchTicket(world, world.lead, ticketId, { status: 'RESOLVED' });
    await deleteTicket(world.deps, world.lead, { ticketId });

    expect(await sweepAfter(world, 1)).toBe(0);
    await restoreTicket(world.deps, world.lead, { ticketId });
    expect(await sweepAfter(world, 1)).toBe(2);
    await nothing();
  });

  it('is not told again by another policy under which it is still so', async () => {
    const { id: projectId } = await aProject(world, { lead: world.lead, members: [world.ann] });
    await promise(world, { resolveMinutes: 60 }, projectId);
    await promise(world, { resolveMinutes: 90, priorities: ['HIGH'] }, projectId);
    await promise(world, { resolveMinutes: 900, priorities: ['LOW'] }, projectId);
    const { id } = await aTicket(world, { projectId }, world.lead);
    expect(await sweepAfter(world, 100)).toBe(2);

    await patchTicket(world, world.lead, id, { priority: 'HIGH' });
    expect(await sweepAfter(world, 0)).toBe(0);
    const { breachedAt, dueAt } = (await clockOf(world, id))!;
    expect(breachedAt).toBe(dueAt);
    await patchTicket(world, world.lead, id, { priority: 'LOW' });
    expect(await clockOf(world, id)).toMatchObject({ warnedAt: null, breachedAt: null });
    expect(await sweepAfter(world, 800)).toBe(2);
    await nothing();
  });

  it('is told once when several nodes look at the same time', async () => {
    const tickets = await Promise.all(Array.from({ length: 30 }, () => aTicket(world)));
    world.moment.now += 200 * MINUTE;

    const counts = await Promise.all(Array.from({ length: 4 }, () => sweepSla(world.deps)));

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60);
    for (const { id } of tickets) expect(await toldOf(world, id)).toEqual(both);
    await nothing();
  });

  it.each(['before', 'after'])('is told once when a node dies %s the COMMIT of some of it', async (dies) => {
    const tickets: { id: string }[] = [];
    for (let nth = 0; nth < 110; nth++) tickets.push(await aTicket(world));
    world.moment.now += 90 * MINUTE;
    const env = {
      ...nodeEnv({ databaseUrl: world.url }),
      NODE_ENV: 'production',
      SWEEP_AT: new Date(world.moment.now).toISOString(),
      DIES: dies,
    };
    const args = await testProgramArgs('test/features/sla/dyingSweeper.ts');
    const child = spawn(process.execPath, args, { env, stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));

    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    const found = async () =>
      (await Promise.all(tickets.map(({ id }) => toldOf(world, id)))).map((told) => told.length);
    const isTold = await found();
    expect(isTold.filter((count) => count === 1)).toHaveLength(dies === 'after' ? 110 : 100);
    expect(await sweepAfter(world, 0)).toBe(dies === 'after' ? 0 : 10);
    expect(await found()).toEqual(tickets.map(() => 1));
    await sweepAfter(world, 100);
    await nothing();
  });
});
