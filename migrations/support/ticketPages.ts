import { QueryTypes } from 'sequelize';
import type { MigrationStep } from '../../server/db/migration.js';

const PAGE = 1_000;

export interface TicketText {
  readonly id: string;
  readonly project_id: string;
  readonly title: string;
  readonly description: string;
}

/** The texts of all tickets, a page after the other. */
export async function eachPageOfTickets(
  step: MigrationStep,
  work: (tickets: readonly TicketText[]) => Promise<void>,
): Promise<void> {
  let last = '';
  for (;;) {
    const tickets = await step.context.sequelize.query<TicketText>(
      'SELECT id, project_id, title, description FROM tickets WHERE id > $1 ORDER BY id LIMIT $2',
      { bind: [last, PAGE], type: QueryTypes.SELECT, transaction: step.transaction },
    );
    const end = tickets.at(-1);
    if (!end) return;
    await work(tickets);
    last = end.id;
  }
}
