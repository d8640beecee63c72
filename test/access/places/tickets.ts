import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { adHoc } from '../../../server/db/statement.js';
import { assignTicket } from '../../../server/features/assignments/commands/assignTicket.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { mergeTickets } from '../../../server/features/tickets/commands/mergeTickets.js';
import { newId } from '../../../server/kernel/ids.js';
import { aProposal } from '../../support/proposals.js';
import { parsed } from '../../support/ticketWorld.js';
import type { Making } from './making.js';
import type { PeopleThere } from './people.js';

export interface TicketsThere {
  readonly ticket: () => Promise<string>;
  readonly ticketKey: () => Promise<string>;
  /** That of the ticket. */
  readonly conversation: () => Promise<string>;
  readonly task: () => Promise<string>;
  readonly deletedTicket: () => Promise<string>;
  readonly mergedTicket: () => Promise<string>;
  readonly assignment: () => Promise<string>;
  /** That waits for a decision. */
  readonly proposal: () => Promise<string>;
  readonly run: () => Promise<string>;
  /** Of a colleague there. */
  readonly notification: () => Promise<string>;
}

export function ticketsIn(making: Making, { holder }: PeopleThere): TicketsThere {
  const { app, project, team, word, one } = making;
  const { deps, admin, db } = app;
  const draft = (type: 'TICKET' | 'TASK') => {
    const reporterId = team.customers?.[0]?.userId;
    const input = { projectId: project.id, title: word ?? 'A ticket', type, reporterId };
    return createTicket(deps, admin, parsed(CreateTicketInput, input));
  };
  const draftId = async () => (await draft('TICKET')).id;
  const aTicket = () => one('ticket', () => draft('TICKET'));
  const assignment = () =>
    one('assignment', async () => {
      const ticketId = await draftId();
      return (await assignTicket(deps, admin, { ticketId, assigneeId: await holder() })).id;
    });
  const proposal = () => one('proposal', async () => aProposal(app, project.id, await draftId(), await holder(), word));
  return {
    ticket: async () => (await aTicket()).id,
    ticketKey: async () => (await aTicket()).key,
    conversation: async () => (await aTicket()).conversationId,
    task: () => one('task', async () => (await draft('TASK')).id),
    deletedTicket: () =>
      one('deletedTicket', async () => (await deleteTicket(deps, admin, { ticketId: await draftId() })).id),
    mergedTicket: () =>
      one('mergedTicket', async () => {
        const [ticketId, intoId] = [await draftId(), await draftId()];
        return (await mergeTickets(deps, admin, { ticketId, intoId })).id;
      }),
    assignment,
    proposal,
    run: async () => {
      const find = adHoc('SELECT run_id FROM assignment_proposals WHERE id = $1');
      const [row] = await db.all<{ run_id: string }>(find, [await proposal()]);
      return row?.run_id ?? newId();
    },
    notification: async () => {
      await assignment();
      const [row] = await db.all<{ id: string }>(adHoc('SELECT max(id) AS id FROM notifications'), []);
      return row?.id ?? newId();
    },
  };
}
