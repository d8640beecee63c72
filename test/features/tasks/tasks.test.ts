import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListTasksInput } from '../../../contract/task.js';
import { getTask, listTasks } from '../../../server/features/tickets/tasks.queries.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, parsed, patchTicket, refusal, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('tasks', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const list = async (filter: object) => (await listTasks(world.db, world.ann, parsed(ListTasksInput, filter))).items;

  it('are tickets of type TASK under a task’s names, completed with their status', async () => {
    const ticket = await aTicket(world, { type: 'TASK', title: 'Paint', dueDate: '2027-05-01', estimatedHours: 2.5 });
    const task = await getTask(world.db, world.bob, ticket.id);

    expect(task).toMatchObject({ title: 'Paint', dueDate: '2027-05-01', estimatedHours: 2.5, completedAt: null });
    expect(task).toMatchObject({ id: ticket.id, key: ticket.key, creatorId: world.ann.userId, lastSeq: ticket.seq });
    const resolved = await patchTicket(world, world.ann, ticket.id, { status: 'RESOLVED' });
    expect(await getTask(world.db, world.bob, ticket.id)).toMatchObject({ completedAt: resolved.updatedAt });
  });

  it('are listed by the day they are due, those without one last', async () => {
    const project = { assigneeId: world.cyd.userId };
    const made = [];
    for (const dueDate of [null, '2027-03-01', '2027-01-01'])
      made.push(await aTicket(world, { type: 'TASK', dueDate, ...project }));
    await aTicket(world, { dueDate: '2027-02-01', ...project });

    expect((await list(project)).map(({ id }) => id)).toEqual([made[2]!.id, made[1]!.id, made[0]!.id]);
    expect((await list({ ...project, dueBefore: '2027-03-01' })).map(({ id }) => id)).toEqual([made[2]!.id]);
    expect(await list({ ...project, creatorId: world.bob.userId })).toEqual([]);
    expect(await list({ ...project, dueBefore: null, creatorId: world.ann.userId })).toHaveLength(3);
  });

  it('are the only tickets that their procedures know of', async () => {
    const ticket = await aTicket(world);
    const { deps, ann } = world;

    await refusal(world, 'NOT_FOUND', () => getTask(world.db, ann, ticket.id));
    const patch = { title: 'x' };
    await refusal(world, 'NOT_FOUND', () => updateTicket(deps, ann, { ticketId: ticket.id, patch }, 'TASK'));
    await refusal(world, 'NOT_FOUND', () => deleteTicket(deps, ann, { ticketId: ticket.id }, 'TASK'));
  });

  it('are gone from lists and reads when deleted', async () => {
    const ticket = await aTicket(world, { type: 'TASK', assigneeId: world.bob.userId });
    await deleteTicket(world.deps, world.ann, { ticketId: ticket.id }, 'TASK');

    expect(await list({ assigneeId: world.bob.userId })).toEqual([]);
    await refusal(world, 'NOT_FOUND', () => getTask(world.db, world.ann, ticket.id));
  });
});
