import { afterAll, beforeAll, expect, it } from 'vitest';
import { UpdateSlaPolicyInput } from '../../../contract/sla.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteSlaPolicy } from '../../../server/features/sla/commands/deleteSlaPolicy.js';
import { updateSlaPolicy } from '../../../server/features/sla/commands/updateSlaPolicy.js';
import { reapplySome } from '../../../server/features/sla/reapplySla.js';
import { mergeTickets } from '../../../server/features/tickets/commands/mergeTickets.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { unmergeTickets } from '../../../server/features/tickets/commands/unmergeTickets.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { countedStatements } from '../../support/countedStatements.js';
import { aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, eventsOf, parsed, patchTicket, refusal } from '../../support/ticketWorld.js';
import { aSlaWorld, clockOf, MINUTE, promise, type SlaWorld } from './slaWorld.js';

describeEachDialect('SLA policies', (dialect) => {
  let world: SlaWorld;
  beforeAll(async () => {
    world = await aSlaWorld(dialect);
  });
  afterAll(() => world.close());

  const aPlace = () =>
    aProject(world, { lead: world.lead, members: [world.ann, world.bob], customers: [world.customer] });
  const policyOf = async (ticketId: string) =>
    (await getTicket(world.db, world.lead, { ticketId })).sla?.policyId ?? null;
  const change = (policyId: string, patch: object, reapply = false) =>
    updateSlaPolicy(world.deps, world.lead, UpdateSlaPolicyInput.parse({ policyId, patch, reapply }));
  const reapplyAll = async () => {
    while (await reapplySome(world.deps));
  };
  const minutesFor = async (ticketId: string) => {
    const { dueAt, startedAt } = (await clockOf(world, ticketId))!;
    return (Date.parse(dueAt) - Date.parse(startedAt)) / MINUTE;
  };

  it('are chosen by how much of a ticket they name, then by their position', async () => {
    const { id: projectId } = await aPlace();
    const all = await promise(world, { resolveMinutes: 1, position: 0 }, projectId);
    const bugs = await promise(world, { resolveMinutes: 2, categories: ['BUG_REPORT'], position: 5 }, projectId);
    const urgent = await promise(world, { resolveMinutes: 3, priorities: ['URGENT'], position: 4 }, projectId);
    const names = { priorities: ['URGENT', 'HIGH'], categories: ['BILLING'] };
    const both = await promise(world, { resolveMinutes: 4, ...names, position: 9 }, projectId);
    const chosen = async (priority: 'LOW' | 'URGENT', category: 'BUG_REPORT' | 'BILLING' | 'GENERAL') =>
      policyOf((await aTicket(world, { projectId, priority, category }, world.lead)).id);

    expect(await chosen('LOW', 'GENERAL')).toBe(all.id);
    expect(await chosen('LOW', 'BUG_REPORT')).toBe(bugs.id);
    expect(await chosen('URGENT', 'BUG_REPORT')).toBe(urgent.id);
    expect(await chosen('URGENT', 'BILLING')).toBe(both.id);
    const { id } = await createTicket(
      world.deps,
      world.lead,
      parsed(CreateTicketInput, { projectId, title: 'No promise', type: 'TASK' }),
    );
    expect(await policyOf(id)).toBeNull();
  });

  it('survive their changes in the clocks that run, until that is asked for', async () => {
    const { id: projectId } = await aPlace();
    const policy = await promise(world, { resolveMinutes: 60 }, projectId);
    const [old, done] = [
      await aTicket(world, { projectId }, world.lead),
      await aTicket(world, { projectId }, world.lead),
    ];
    world.moment.now += 10 * MINUTE;
    await patchTicket(world, world.lead, done.id, { status: 'CLOSED' });
    await change(policy.id, { resolveMinutes: 30, priorities: ['MEDIUM', 'HIGH'] });
    const fresh = await aTicket(world, { projectId }, world.lead);
    await patchTicket(world, world.lead, old.id, { priority: 'HIGH' });

    expect(await Promise.all([old, done, fresh].map(({ id }) => minutesFor(id)))).toEqual([60, 60, 30]);
    await change(policy.id, {}, true);
    await reapplyAll();
    expect(await Promise.all([old, done, fresh].map(({ id }) => minutesFor(id)))).toEqual([30, 60, 30]);
    await deleteSlaPolicy(world.deps, world.lead, { policyId: policy.id, reapply: false });
    expect(await policyOf(old.id)).toBe(policy.id);
    expect(await policyOf((await aTicket(world, { projectId }, world.lead)).id)).toBeNull();
    const { lastSeq } = await getTicket(world.db, world.lead, { ticketId: old.id });
    await refusal(world, 'NOT_FOUND', () => change(policy.id, {}, true));
    expect((await getTicket(world.db, world.lead, { ticketId: old.id })).lastSeq).toBe(lastSeq);
  });

  it('are given to more tickets than fit into a page, from when they were made', async () => {
    const { id: projectId } = await aPlace();
    const tickets = [];
    for (let nth = 0; nth < 105; nth++) tickets.push(await aTicket(world, { projectId }, world.lead));
    const [first] = tickets;
    await patchTicket(world, world.lead, first!.id, { waitingOn: 'CUSTOMER' });
    world.moment.now += 25 * MINUTE;
    await patchTicket(world, world.lead, first!.id, { waitingOn: null });
    await promise(world, { resolveMinutes: 60, reapply: true }, projectId);
    await reapplyAll();

    expect(await minutesFor(first!.id)).toBe(85);
    expect(await Promise.all(tickets.slice(1).map(({ id }) => minutesFor(id)))).toEqual(tickets.slice(1).map(() => 60));
  });

  it('stop for the first answer, and for what is finished, and go on when it is not', async () => {
    const { id: projectId } = await aPlace();
    await promise(world, { firstResponseMinutes: 30, resolveMinutes: 60 }, projectId);
    const draft = { projectId, reporterId: world.customer.userId };
    const [asked, other] = [await aTicket(world, draft, world.lead), await aTicket(world, draft, world.lead)];
    world.moment.now += 5 * MINUTE;
    await createComment(world.deps, world.bob, { ticketId: asked.id, content: 'On it.', visibility: 'PUBLIC' });
    const at = new Date(world.moment.now).toISOString();

    expect((await clockOf(world, asked.id, 'FIRST_RESPONSE'))?.stoppedAt).toBe(at);
    expect((await clockOf(world, asked.id))?.stoppedAt).toBeNull();
    await mergeTickets(world.deps, world.lead, { ticketId: other.id, intoId: asked.id });
    expect((await clockOf(world, other.id))?.stoppedAt).toBe(at);
    world.moment.now += 40 * MINUTE;
    await unmergeTickets(world.deps, world.lead, { ticketId: other.id });
    expect(await clockOf(world, other.id)).toMatchObject({ stoppedAt: null, pausedMs: 40 * MINUTE });
    expect(await minutesFor(other.id)).toBe(100);
  });

  it('pause while somebody else is waited for, but not once they are late', async () => {
    const { id: projectId } = await aPlace();
    await promise(world, { resolveMinutes: 60 }, projectId);
    const { id } = await aTicket(world, { projectId }, world.lead);
    const wait = async (minutes: number, waitingOn: 'CUSTOMER' | null) => {
      world.moment.now += minutes * MINUTE;
      await patchTicket(world, world.lead, id, { waitingOn });
    };
    await wait(30, 'CUSTOMER');
    await wait(500, null);

    expect(await minutesFor(id)).toBe(560);
    await wait(31, 'CUSTOMER');
    await wait(500, null);
    expect(await clockOf(world, id)).toMatchObject({ pausedMs: 500 * MINUTE, pausedAt: null });
    expect(await minutesFor(id)).toBe(560);
  });

  it('are those of the project that a ticket moves to, and customers see none', async () => {
    const [from, to, nowhere] = [await aPlace(), await aPlace(), await aPlace()];
    await promise(world, { resolveMinutes: 60 }, from.id);
    const there = await promise(world, { resolveMinutes: 90 }, to.id);
    const { id } = await aTicket(world, { projectId: from.id, reporterId: world.customer.userId }, world.lead);
    await moveTicket(world.deps, world.lead, { ticketId: id, projectId: to.id });

    expect(await policyOf(id)).toBe(there.id);
    expect(await minutesFor(id)).toBe(90);
    expect((await getTicket(world.db, world.customer, { ticketId: id })).sla).toBeNull();
    await moveTicket(world.deps, world.lead, { ticketId: id, projectId: nowhere.id });
    expect(await policyOf(id)).toBeNull();
    const arrived = (await eventsOf(world, { id })).filter(({ type }) => type === 'ticket.arrived');
    const [last] = arrived.filter(
      ({ payload }) => (payload as { ticket: { projectId: string } }).ticket.projectId === nowhere.id,
    );
    expect(last?.payload).toMatchObject({ changes: { sla: { before: { policyId: there.id }, after: null } } });
  });

  it('promise something that their calendar has time for', async () => {
    const calendar = { timeZone: 'UTC', hours: [{ day: 'MONDAY', from: '09:00', to: '09:01' }] };
    const { id: projectId } = await aPlace();

    await refusal(world, 'BAD_INPUT', () => promise(world, {}, projectId));
    await refusal(world, 'BAD_INPUT', () => promise(world, { resolveMinutes: 521, calendar }, projectId));
    await promise(world, { resolveMinutes: 520, calendar }, projectId);
    const { id } = await aTicket(world, { projectId }, world.lead);
    expect((await clockOf(world, id))?.dueAt.slice(0, 4)).toBe('2041');
  });

  it('cost tickets of other projects nothing, and their own one statement when a clock turns', async () => {
    const [plain, promised] = [await aPlace(), await aPlace()];
    await promise(world, { resolveMinutes: 60 }, promised.id);
    await aTicket(world, { projectId: promised.id }, world.lead);
    const asked = async (projectId: string) => {
      const { deps, names } = countedStatements(world.deps);
      // The first reads what the policies are: this handle of the database knows none yet.
      await aTicket({ ...world, deps }, { projectId }, world.lead);
      names.length = 0;
      const { id } = await aTicket({ ...world, deps }, { projectId }, world.lead);
      const made = names.splice(0);
      await patchTicket({ ...world, deps }, world.lead, id, { title: 'Another' });
      const renamed = names.splice(0);
      await patchTicket({ ...world, deps }, world.lead, id, { waitingOn: 'CUSTOMER' });
      return { made, renamed, waits: names };
    };
    const [without, withClocks] = [await asked(plain.id), await asked(promised.id)];
    const added = (kind: 'made' | 'renamed' | 'waits') =>
      withClocks[kind].filter((name) => !without[kind].includes(name));

    expect([...without.made, ...without.renamed, ...without.waits].filter((name) => name.startsWith('sla.'))).toEqual(
      [],
    );
    expect({ made: added('made'), renamed: added('renamed'), waits: added('waits') }).toEqual({
      made: ['sla.keepClocks.1'],
      renamed: [],
      waits: ['sla.keepClocks.1'],
    });
  });
});
