import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { priorities, ticketStatuses } from '../../../contract/ticket.js';
import { createMigrator } from '../../../server/db/migrator.js';
import { saveAssignments } from '../../../server/features/assignments/commands/saveAssignments.js';
import { removeAssignment } from '../../../server/features/assignments/commands/removeAssignment.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { dashboard } from '../../../server/features/stats/dashboard.queries.js';
import { statsAssignments, throughput, timeToResolve } from '../../../server/features/stats/stats.queries.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { bulkUpdateTickets } from '../../../server/features/tickets/commands/bulkUpdateTickets.js';
import { mergeTickets } from '../../../server/features/tickets/commands/mergeTickets.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { splitTicket } from '../../../server/features/tickets/commands/splitTicket.js';
import { unmergeTickets } from '../../../server/features/tickets/commands/unmergeTickets.js';
import { AppError } from '../../../server/kernel/errors.js';
import { findViolations } from '../../support/invariants.js';
import { anAgent, aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, give, patchTicket, rows, type TicketWorld } from '../../support/ticketWorld.js';
import { asCounted, slowDashboard, slowThroughput, slowTimes } from './slowStatistics.js';

const nth = fc.nat({ max: 11 });
const person = fc.constantFrom('ann', 'bob', 'cyd');
const kept = fc.record({
  priority: fc.constantFrom(...priorities),
  storyPoints: fc.constantFrom(null, 0, 3, 2_147_483_647),
  dueDate: fc.constantFrom(null, '2026-01-05', '9999-12-31'),
  withDepartment: fc.boolean(),
});
const acts = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant('create'), kept, status: fc.constantFrom(...ticketStatuses) }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant('status'), nth, status: fc.constantFrom(...ticketStatuses) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('update'), nth, kept }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('give'), nth, person, primary: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('take'), nth }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('save'), nth, person }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constantFrom('move', 'move', 'delete', 'restore', 'answer'), nth }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('together'), status: fc.constantFrom(...ticketStatuses) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('merge', 'unmerge', 'split'), nth }) },
);
type Act = typeof acts extends fc.Arbitrary<infer Drawn> ? Drawn : never;

describeEachDialect('kept statistics', (dialect) => {
  let world: TicketWorld;
  let departmentId: string;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    const sql =
      'INSERT INTO departments (id, name, created_at, updated_at) SELECT id, name, created_at, updated_at FROM users';
    await rows(world, sql);
    departmentId = world.lead.userId;
  });
  afterAll(() => world.close());

  async function perform(act: Act, tickets: readonly { id: string }[], places: readonly { id: string }[]) {
    const { deps, ann, lead, admin } = world;
    const fields = 'kept' in act ? act.kept : undefined;
    const { withDepartment, ...patch } = fields ?? { withDepartment: false };
    const changed = { ...patch, departmentId: withDepartment ? departmentId : null };
    if ('kept' in act && 'status' in act)
      return void (await aTicket(world, { projectId: places[0]!.id, status: act.status, ...changed }, admin));
    const ticket = tickets[('nth' in act ? act.nth : 0) % tickets.length];
    if (!ticket) return;
    const ticketId = ticket.id;
    const input = { ticketId };
    switch (act.act) {
      case 'status':
        return 'status' in act && void (await patchTicket(world, admin, ticketId, { status: act.status }));
      case 'update':
        return void (await patchTicket(world, admin, ticketId, changed));
      case 'give':
        return 'primary' in act && void (await give(world, ticket, world[act.person as 'ann'], act.primary));
      case 'save':
        if (!('person' in act)) return;
        await saveAssignments(deps, lead, {
          assignments: [{ ticketId, assigneeId: world[act.person as 'ann'].userId }],
        });
        return;
      case 'take': {
        const sql = "SELECT id FROM assignments WHERE ticket_id = $1 AND status = 'ACTIVE' ORDER BY id";
        const [span] = await rows<{ id: string }>(world, sql, ticketId);
        if (span) await removeAssignment(deps, lead, { assignmentId: span.id });
        return;
      }
      case 'answer':
        return void (await createComment(deps, ann, { ...input, content: 'Yes', visibility: 'PUBLIC' }));
      case 'move': {
        const [row] = await rows<{ project_id: string }>(
          world,
          'SELECT project_id FROM tickets WHERE id = $1',
          ticketId,
        );
        const to = places.find(({ id }) => id !== row!.project_id)!;
        return void (await moveTicket(deps, lead, { ...input, projectId: to.id }));
      }
      case 'together': {
        if (!('status' in act)) return;
        const ticketIds = tickets.slice(0, 5).map(({ id }) => id);
        const { status } = act;
        return void (await bulkUpdateTickets(deps, admin, { ticketIds, patch: { status, dueDate: '2026-01-05' } }));
      }
      case 'merge':
        return void (await mergeTickets(deps, admin, { ...input, intoId: tickets[0]!.id }));
      case 'unmerge':
        return void (await unmergeTickets(deps, admin, input));
      case 'split':
        return void (await splitTicket(deps, admin, { ...input, title: 'Another matter', commentIds: [] }));
      case 'delete':
        return void (await deleteTicket(deps, admin, input));
      default:
        return void (await restoreTicket(deps, admin, input));
    }
  }

  const keptRows = async () => [
    ...(await rows(
      world,
      `SELECT * FROM ticket_stats WHERE n_open <> 0 OR n_in_progress <> 0 OR n_review <> 0 OR n_resolved <> 0
         OR n_closed <> 0 OR points <> 0 ORDER BY project_id, dimension, value`,
    )),
    ...(await rows(world, 'SELECT * FROM daily_stats WHERE n <> 0 ORDER BY project_id, measure, day, bucket')),
  ];

  it('are what the tickets say, whatever was done to them', { timeout: 240_000 }, async () => {
    const run = async (drawn: Act[], pauses: number[]) => {
      const team = { lead: world.lead, members: [world.ann, world.bob], customers: [world.customer] };
      const places = [await aProject(world, team), await aProject(world, { ...team, members: [world.ann, world.cyd] })];
      const ofThem = places.map(({ id }) => `'${id}'`).join();
      for (const [index, act] of drawn.entries()) {
        const sql = `SELECT id FROM tickets WHERE project_id IN (${ofThem}) ORDER BY id`;
        world.clock.advance(pauses[index % pauses.length] ?? 0);
        await perform(act, await rows<{ id: string }>(world, sql), places).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
        });
      }
      expect(await findViolations(world.db)).toEqual([]);
      for (const { id: projectId } of places) {
        const tickets = (
          await rows(world, 'SELECT * FROM tickets WHERE project_id = $1 AND deleted_at IS NULL', projectId)
        ).map(asCounted);
        const today = world.clock.now().toISOString().slice(0, 10);
        const range = {
          projectId,
          from: new Date(Date.parse(today) - 365 * 86_400_000).toISOString().slice(0, 10),
          to: today,
        };
        expect(await dashboard(world.deps, world.ann, { projectId })).toMatchObject(slowDashboard(tickets, today));
        const { days } = await throughput(world.db, world.ann, range);
        expect(days.filter(({ created, resolved }) => created + resolved > 0)).toEqual(slowThroughput(tickets));
        const times = await timeToResolve(world.db, world.ann, range);
        const exact = slowTimes(tickets);
        expect(times.resolution.count).toBe(exact.count);
        if (exact.count > 0) {
          expect(Math.abs(times.resolution.p50Ms! - exact.p50Ms)).toBeLessThanOrEqual(exact.p50Ms * 0.016);
          expect(Math.abs(times.resolution.p90Ms! - exact.p90Ms)).toBeLessThanOrEqual(exact.p90Ms * 0.016);
        }
        const { people } = await statsAssignments(world.db, world.ann, { projectId });
        const sql = `SELECT a.assignee_id AS id, count(*) AS n FROM assignments a JOIN tickets t ON t.id = a.ticket_id
          WHERE t.project_id = $1 AND a.status = 'ACTIVE' GROUP BY a.assignee_id ORDER BY a.assignee_id`;
        const holders = (await rows<{ id: string; n: number | string }>(world, sql, projectId)).map(({ id, n }) => [
          id,
          Number(n),
        ]);
        expect(
          people
            .filter(({ activeAssignments }) => activeAssignments > 0)
            .map(({ userId, activeAssignments }) => [userId, activeAssignments])
            .toSorted(([a], [b]) => (a! < b! ? -1 : 1)),
        ).toEqual(holders);
      }
    };
    const pauses = fc.array(fc.constantFrom(0, 40, 90_000, 7_000_000, 86_400_000), { minLength: 1, maxLength: 5 });
    await fc.assert(fc.asyncProperty(fc.array(acts, { minLength: 20, maxLength: 60 }), pauses, run), {
      numRuns: 12,
      endOnFailure: true,
    });
  });

  it('are exact after many at once, in two projects and from one to the other', { timeout: 60_000 }, async () => {
    const team = { lead: world.lead, members: [world.ann, world.bob], customers: [world.customer] };
    const [here, there] = [await aProject(world, team), await aProject(world, team)];
    const tickets = await Promise.all(
      Array.from({ length: 12 }, (_, index) => aTicket(world, { projectId: (index % 2 ? here : there).id })),
    );

    const outcomes = await Promise.allSettled(
      tickets.flatMap(({ id: ticketId, projectId }) => [
        moveTicket(world.deps, world.lead, { ticketId, projectId: projectId === here.id ? there.id : here.id }),
        patchTicket(world, world.ann, ticketId, { status: 'RESOLVED' }),
        give(world, { id: ticketId }, world.bob),
      ]),
    );

    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('are filled by the migration from the tickets that are there', async () => {
    const { deps, lead, admin } = world;
    const [eva, finn] = [await anAgent(world, 'Eva Agent'), await anAgent(world, 'Finn Agent')];
    const { id: projectId } = await aProject(world, { lead, members: [eva, finn] });
    const held = await aTicket(world, { projectId, assigneeId: eva.userId, storyPoints: 5 }, admin);
    await give(world, held, finn, false);
    await createComment(deps, eva, { ticketId: held.id, content: 'Yes', visibility: 'PUBLIC' });
    await deleteTicket(deps, lead, { ticketId: (await aTicket(world, { dueDate: '2026-01-05' })).id });
    const before = await keptRows();
    const migrator = createMigrator(world.db);
    const { executed } = await migrator.status();
    const place = executed.findIndex((name) => name.endsWith('-statistics'));

    expect(await migrator.down({ steps: executed.length - place })).toContain(executed[place]);
    await migrator.up();

    expect(JSON.stringify(before)).toContain('HELPER');
    expect(JSON.stringify(before)).toContain('RESPONSE_TIME');
    expect(await keptRows()).toEqual(before);
    expect(await findViolations(world.db)).toEqual([]);
  });
});
