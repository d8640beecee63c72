import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { AssignmentProposal } from '../../../contract/proposal.js';
import type { TicketReply } from '../../../contract/ticket.js';
import { claimTicket } from '../../../server/features/assignments/commands/claimTicket.js';
import { updateDeveloper } from '../../../server/features/developers/commands/updateDeveloper.js';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { findViolations } from '../../support/invariants.js';
import { aProject, anAgent, join } from '../../support/people.js';
import { approve, plannedHere, propose, proposalRow, reject, setCapacity } from '../../support/planning.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, patchTicket, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

type Change = (world: TicketWorld, ticket: TicketReply) => Promise<unknown>;

/** What is proposed rests on all of this. */
const changes: Readonly<Record<string, Change>> = {
  closed: (world, { id }) => patchTicket(world, world.ann, id, { status: 'CLOSED' }),
  resolved: (world, { id }) => patchTicket(world, world.ann, id, { status: 'RESOLVED' }),
  deleted: ({ deps, lead }, { id: ticketId }) => deleteTicket(deps, lead, { ticketId }),
  taken: ({ deps, cyd }, { id: ticketId }) => claimTicket(deps, cyd, { ticketId }),
  'estimated anew': (world, { id }) => patchTicket(world, world.ann, id, { storyPoints: 13 }),
  'made more urgent': (world, { id }) => patchTicket(world, world.ann, id, { priority: 'URGENT' }),
  'due on another day': (world, { id }) => patchTicket(world, world.ann, id, { dueDate: '2030-01-01' }),
};

describeEachDialect('a proposal', (dialect) => {
  let world: TicketWorld;
  let ticket: TicketReply;
  let proposal: AssignmentProposal;
  const proposeFor = async ({ id }: { id: string }) => {
    const { proposals } = await propose(world, { filters: { ticketIds: [id] } });
    return proposals[0]!;
  };
  beforeAll(async () => {
    world = plannedHere(await aTicketWorld(dialect));
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  beforeEach(async () => {
    ticket = await aTicket(world, { storyPoints: 1 });
    proposal = await proposeFor(ticket);
  });

  it.each(Object.entries(changes))('is stale once its ticket is %s', async (_, change) => {
    await change(world, ticket);

    expect(await proposalRow(world, proposal)).toMatchObject({ state: 'STALE', decidedAt: null });
    const { details } = await refusal(world, 'STALE_PROPOSAL', () => approve(world, [proposal]));
    expect(details).toMatchObject({ cause: 'CHANGED', ticketId: ticket.id, proposalIds: [proposal.id] });
    await refusal(world, 'STALE_PROPOSAL', () => reject(world, [proposal]));
  });

  it('is nobody’s to see once its ticket is in another project', async () => {
    const elsewhere = await aProject(world, { lead: world.lead });
    await moveTicket(world.deps, world.lead, { ticketId: ticket.id, projectId: elsewhere.id });

    expect(await proposalRow(world, proposal)).toMatchObject({ state: 'STALE' });
    await refusal(world, 'NOT_FOUND', () => approve(world, [proposal]));
  });

  it('stands while only words and the status of the work change', async () => {
    await patchTicket(world, world.ann, ticket.id, { title: 'Other words', status: 'IN_PROGRESS' });

    expect((await approve(world, [proposal])).assignments).toHaveLength(1);
  });

  it('is refused when its person was deactivated, has left, or is away when they are needed', async () => {
    const newcomer = await anAgent(world, 'Nia Newcomer');
    await join(world, world.project, newcomer, 'MEMBER');
    const away = (userId: string, days: string) =>
      rows(
        world,
        `UPDATE developers SET out_of_office_from = ${days}, out_of_office_to = NULL WHERE user_id = $1`,
        userId,
      );
    const others = [world.lead, world.ann, world.bob, world.cyd];
    for (const { userId } of others) await away(userId, `'2020-01-01 00:00:00.000 +00:00'`);
    const theirs = await proposeFor(ticket);
    for (const { userId } of others) await away(userId, 'NULL');
    expect(theirs.assigneeId).toBe(newcomer.userId);

    await away(newcomer.userId, `'2020-01-01 00:00:00.000 +00:00'`);
    const gone = await refusal(world, 'STALE_PROPOSAL', () => approve(world, [theirs]));
    await away(newcomer.userId, 'NULL');
    await deactivateUser(world.deps, world.admin, { userId: newcomer.userId });
    const inactive = await refusal(world, 'STALE_PROPOSAL', () => approve(world, [theirs]));

    expect([gone.details['cause'], inactive.details['cause']]).toEqual(['AWAY', 'CHANGED']);
    expect(await proposalRow(world, theirs)).toMatchObject({ state: 'STALE' });
  });

  it('is refused when its person does not have the skill any more', async () => {
    const skillId = (await createSkill(world.deps, world.admin, { name: `Welding ${dialect}`, aliases: [] })).id;
    const skilled = await aTicket(world, { requiredSkillId: skillId });
    const [row] = await rows<{ id: string }>(world, 'SELECT id FROM developers WHERE user_id = $1', world.bob.userId);
    const knows = (...skills: { skillId: string; level: number }[]) =>
      updateDeveloper(world.deps, world.admin, { developerId: row!.id, patch: { skills } });
    await knows({ skillId, level: 3 });
    const theirs = await proposeFor(skilled);
    expect(theirs.assigneeId).toBe(world.bob.userId);

    await knows();
    const unable = await refusal(world, 'STALE_PROPOSAL', () => approve(world, [theirs]));
    expect(unable.details).toMatchObject({ cause: 'SKILL', proposalIds: [theirs.id] });
    await knows({ skillId, level: 1 });

    expect((await approve(world, [theirs])).assignments).toHaveLength(1);
  });

  it('passes on what the planner gave somebody, when it plans what is held too', async () => {
    const others = [world.lead, world.ann, world.bob, world.cyd];
    const { assignments } = await approve(world, [proposal]);
    const holder = others.find(({ userId }) => userId === assignments[0]!.assigneeId)!;
    await setCapacity(world, holder, 0);
    const { proposals } = await propose(world, { filters: { ticketIds: [ticket.id], includeHeld: true } });
    await setCapacity(world, holder, 40);
    expect(proposals[0]!.assigneeId).not.toBe(holder.userId);

    const [passed] = (await approve(world, proposals)).assignments;

    expect(passed).toMatchObject({
      assigneeId: proposals[0]!.assigneeId,
      originalAssigneeId: holder.userId,
      type: 'AI',
    });
    const history =
      'SELECT action, previous_developer_id, new_developer_id FROM assignment_history WHERE ticket_id = $1 ORDER BY changed_at, id';
    expect(await rows(world, history, ticket.id)).toEqual([
      { action: 'CREATED', previous_developer_id: null, new_developer_id: holder.userId },
      { action: 'REASSIGNED', previous_developer_id: holder.userId, new_developer_id: passed!.assigneeId },
    ]);
    const held = "SELECT assignee_id FROM assignments WHERE ticket_id = $1 AND status = 'ACTIVE'";
    expect(await rows(world, held, ticket.id)).toEqual([{ assignee_id: passed!.assigneeId }]);
  });

  it('is not made for a ticket that changed while the plan was made, nor again for a pair turned down meanwhile', async () => {
    const other = await aTicket(world, { storyPoints: 1 });
    const slow = (meanwhile: () => Promise<unknown>): TicketWorld => {
      const { planner } = world.deps;
      const plan: typeof planner.plan = async (...asked) => {
        const made = await planner.plan(...asked);
        await meanwhile();
        return made;
      };
      return { ...world, deps: { ...world.deps, planner: { ...planner, plan } } };
    };
    const change = () => patchTicket(world, world.ann, other.id, { storyPoints: 2 });
    const late = await propose(slow(change), { filters: { ticketIds: [other.id] } });
    const turnDown = () => reject(world, [proposal]);
    const refused = await propose(slow(turnDown), { filters: { ticketIds: [ticket.id] } });

    expect([late.proposals, late.changed]).toEqual([[], [other.id]]);
    expect([refused.proposals, refused.changed]).toEqual([[], [ticket.id]]);
  });
});
