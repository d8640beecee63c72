import type { SplitTicketInput } from '../../../../contract/link.js';
import type { TicketReply } from '../../../../contract/ticket.js';
import { CreateTicketInput } from '../../../../contract/ticketInputs.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { copyComments, commentsToCopy } from '../../comments/copyComments.js';
import type { Deps } from '../../deps.js';
import { awaitPlace, placedSoon } from '../../proposals/ticketsToPlace.js';
import { loadTicket, type LoadedTicket } from '../loadTicket.js';
import { newTicketRow } from '../newTicketRow.js';
import { demandRoom, insertLink, linkOf, linkRef } from '../ticketLinks.js';
import { planCreation, planLinked } from '../ticketPlan.js';
import { replyFor } from '../ticketReply.js';
import { canSplitTicket } from '../tickets.policy.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Makes another ticket of what a ticket is about as well: of the same project, reporter, type, priority, category, department,
 * skill and custom fields, open and held by nobody until the project's `autoAssign` finds somebody, with copies of the comments that are named. The ticket itself keeps all it has.
 * Answers with the new ticket.
 * @throws NOT_FOUND no such ticket for this actor; FORBIDDEN see `canSplitTicket`; BAD_INPUT a comment is not one of this ticket, or
 * it has too many links; CONFLICT it was merged, or its project is archived.
 */
export function splitTicket(deps: Deps, actor: Actor, input: SplitTicketInput): Promise<TicketReply> {
  const splitting = inUnitOfWork(deps, { actor, procedure: 'tickets.split', input }, async (unit) => {
    const held = await loadTicket(unit, actor, input.ticketId);
    demand(canSplitTicket(held.standing));
    const comments = await commentsToCopy(unit, held.row.id, input.commentIds);
    await demandRoom(unit, [held.row]);
    const draft = newTicketRow(unit, actor, draftOf(held, input.title), projectKeyOf(held));
    const row = { ...draft, customFields: held.row.customFields };
    const link = linkOf('SPLIT_FROM', row, held.row);
    const [ticket] = await writeTickets(deps, unit, actor, [
      planCreation(row, null, actor, unit.at, linkRef(link, row, held.row)),
      planLinked(held, { event: 'ticket.linked', link: linkRef(link, held.row, row) }, actor, unit.at),
    ]);
    insertLink(unit, actor, link);
    await copyComments(unit, deps.db.dialect, comments, row);
    awaitPlace(unit, 'CREATED', [row.id]);
    return replyFor(held.standing, ticket);
  });
  return placedSoon(deps, splitting);
}

const draftOf = ({ row }: LoadedTicket, title: string): CreateTicketInput =>
  CreateTicketInput.parse({
    projectId: row.projectId,
    title,
    type: row.type,
    priority: row.priority,
    category: row.category,
    reporterId: row.reporterId,
    departmentId: row.departmentId,
    requiredSkillId: row.requiredSkillId,
  });

const projectKeyOf = ({ row }: LoadedTicket): string => row.key.slice(0, row.key.lastIndexOf('-'));
