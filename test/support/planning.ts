import { ApproveInput, ProposeInput, RejectInput } from '../../contract/proposal.js';
import type { z } from 'zod';
import { decodeRow } from '../../server/db/decodeRow.js';
import { AssignmentProposal } from '../../server/db/models/AssignmentProposal.js';
import { approveProposals } from '../../server/features/proposals/commands/approveProposals.js';
import { proposeAssignments } from '../../server/features/proposals/commands/proposeAssignments.js';
import { rejectProposals } from '../../server/features/proposals/commands/rejectProposals.js';
import type { Actor } from '../../server/kernel/actor.js';
import { plannerHere } from './plannerHere.js';
import { parsed, rows, type TicketWorld } from './ticketWorld.js';
import type { Person } from './world.js';

type Asked = Omit<z.input<typeof ProposeInput>, 'projectId'>;

/** A plan for the world's project, by the lead. */
export const propose = (world: TicketWorld, asked: Asked = {}, actor: Actor = world.lead) =>
  proposeAssignments(world.deps, actor, parsed(ProposeInput, { projectId: world.project.id, ...asked }));

type Named = { readonly id: string };
const idsOf = (proposals: readonly Named[]) => proposals.map(({ id }) => id);

export const approve = (world: TicketWorld, proposals: readonly Named[], actor: Actor = world.lead) =>
  approveProposals(world.deps, actor, parsed(ApproveInput, { proposalIds: idsOf(proposals) }));
export const reject = (world: TicketWorld, proposals: readonly Named[], reason = 'Not this one') =>
  rejectProposals(world.deps, world.lead, parsed(RejectInput, { proposalIds: idsOf(proposals), reason }));

/** What the table has, by id. */
export async function proposalRow(world: TicketWorld, { id }: Named) {
  const [row] = await rows(world, 'SELECT * FROM assignment_proposals WHERE id = $1', id);
  return decodeRow(AssignmentProposal, row!);
}

/** How much somebody may have. */
export const setCapacity = (world: TicketWorld, { userId }: Person, capacity: number) =>
  rows(world, `UPDATE developers SET capacity = ${capacity} WHERE user_id = $1`, userId);

/** The same world with {@link plannerHere}. */
export const plannedHere = (world: TicketWorld): TicketWorld => ({
  ...world,
  deps: { ...world.deps, planner: plannerHere() },
});
