import { decodeRow } from '../../db/decodeRow.js';
import type { Database } from '../../db/database.js';
import { Ticket } from '../../db/models/Ticket.js';
import { statement } from '../../db/statement.js';
import type { TableTicket } from './ticketTableText.js';

const PAGE = 1_000;

const pageOfTable = statement(
  'tickets.table',
  `SELECT t.id, t.number, t.title, t.description, t.story_points, t.priority, t.due_date, t.external_source, t.external_id,
     s.name AS skill_name FROM tickets t LEFT JOIN skills s ON s.id = t.required_skill_id
   WHERE t.project_id = $1 AND t.number > $2 AND t.deleted_at IS NULL AND t.merged_into_id IS NULL
   ORDER BY t.number LIMIT $3`,
);

/** All tickets of a project by number, page by page: for whoever keeps them in a file. */
export async function* tableTickets({ all }: Pick<Database, 'all'>, projectId: string): AsyncGenerator<TableTicket[]> {
  for (let last = 0; ;) {
    const rows = await all<{ number: number; skill_name: string | null }>(pageOfTable, [projectId, last, PAGE]);
    yield rows.map(({ skill_name: requiredSkillName, ...columns }) => ({
      ...(decodeRow(Ticket, columns) as Omit<TableTicket, 'requiredSkillName'>),
      requiredSkillName,
    }));
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.number ?? last;
  }
}
