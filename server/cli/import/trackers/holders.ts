import { AssignInput, ReassignInput, RemoveAssignmentInput } from '../../../../contract/assignment.js';
import { assignTicket } from '../../../features/assignments/commands/assignTicket.js';
import { reassignTicket } from '../../../features/assignments/commands/reassignTicket.js';
import { removeAssignment } from '../../../features/assignments/commands/removeAssignment.js';
import type { Deps } from '../../../features/deps.js';
import type { Actor } from '../../../kernel/actor.js';

export interface Holding {
  readonly assignmentId: string;
  readonly userId: string;
  readonly isPrimary: boolean;
}
interface As {
  readonly deps: Deps;
  readonly actor: Actor;
}

/** Gives an open ticket to these people, the first one as the main one, and takes it from all others. Whether anything changed. */
export async function settleHolders(
  { deps, actor }: As,
  ticketId: string,
  holdings: readonly Holding[],
  wanted: readonly Pick<Actor, 'userId'>[],
): Promise<boolean> {
  const [main, ...others] = wanted.map(({ userId }) => userId);
  const holds = (userId: string) => holdings.some((one) => one.userId === userId);
  const surplus = holdings.filter(({ userId }) => userId !== main && !others.includes(userId));
  const primary = holdings.find(({ isPrimary }) => isPrimary);
  const assign = (assigneeId: string, isMain: boolean) =>
    assignTicket(deps, actor, AssignInput.parse({ ticketId, assigneeId, ...(isMain && { primary: true }) }));
  let isChanged = false;
  if (main !== undefined && primary?.userId !== main) {
    const passed = !holds(main) && primary && surplus.includes(primary) ? primary : null;
    if (passed) {
      const { assignmentId } = surplus.splice(surplus.indexOf(passed), 1)[0] ?? passed;
      await reassignTicket(deps, actor, ReassignInput.parse({ assignmentId, newAssigneeId: main }));
    } else await assign(main, true);
    isChanged = true;
  }
  for (const userId of others.filter((one) => !holds(one))) {
    await assign(userId, false);
    isChanged = true;
  }
  for (const { assignmentId } of surplus) {
    await removeAssignment(deps, actor, RemoveAssignmentInput.parse({ assignmentId }));
    isChanged = true;
  }
  return isChanged;
}
