import { limitOf, UNESTIMATED_POINTS, type AssignmentProposal, type Developer, type Ticket } from '../sdk.js';

/** What somebody has and, with what is proposed for them, would have, of what they may have; in story points. */
export interface Load {
  readonly before: number;
  readonly after: number;
  readonly limit: number;
}

type Profile = Pick<Developer, 'capacity' | 'availability' | 'currentWorkload'>;
type Proposed = Pick<AssignmentProposal, 'id' | 'ticketId' | 'assigneeId'>;

/** By proposal: one after the other in their order, as if all before were approved. By person: all together. */
export function loadsOf(
  proposals: readonly Proposed[],
  profiles: ReadonlyMap<string, Profile>,
  tickets: ReadonlyMap<string, Pick<Ticket, 'storyPoints'>>,
): { readonly byProposal: ReadonlyMap<string, Load>; readonly byPerson: ReadonlyMap<string, Load> } {
  const byProposal = new Map<string, Load>();
  const byPerson = new Map(
    [...profiles].map(([userId, profile]): [string, Load] => {
      const workload = profile.currentWorkload;
      return [userId, { before: workload, after: workload, limit: limitOf(profile) }];
    }),
  );
  for (const { id, ticketId, assigneeId } of proposals) {
    const load = byPerson.get(assigneeId);
    const ticket = tickets.get(ticketId);
    if (!load || !ticket) continue;
    const after = load.after + (ticket.storyPoints ?? UNESTIMATED_POINTS);
    byProposal.set(id, { before: load.after, after, limit: load.limit });
    byPerson.set(assigneeId, { ...load, after });
  }
  return { byProposal, byPerson };
}
