import { ListTicketsInput } from '../../contract/ticketInputs.js';
import type { JsonValue } from '../../contract/errors.js';
import type { Database } from '../db/database.js';
import { adHoc, type RunStatement } from '../db/statement.js';
import { ticketCounts } from '../features/tickets/ticketCounts.js';
import { listTickets } from '../features/tickets/tickets.queries.js';
import type { Scenario } from '../features/validations/compare/comparison.js';
import { systemActor } from '../kernel/actor.js';

export interface Side {
  readonly db: Database;
  readonly all: RunStatement;
}

/** Of so many projects, the first by their keys. */
const PROJECTS = 20;
type Asked = Omit<(typeof ListTicketsInput)['_input'], 'projectId' | 'limit'>;
const lists: Readonly<Record<string, Asked>> = {
  'the latest': { sort: { by: 'createdAt', dir: 'desc' } },
  'open, most important first': { status: ['OPEN', 'IN_PROGRESS', 'REVIEW'], sort: { by: 'priority', dir: 'desc' } },
  'urgent ones, changed last': { priority: ['URGENT'], sort: { by: 'updatedAt', dir: 'desc' } },
  'nobody’s, by the day they are due': { unassigned: true, sort: { by: 'dueDate', dir: 'asc' } },
};

/** The questions of a board: its counts, and what its lists begin with. Both sides must answer them alike. */
export async function scenariosOf(source: Side, target: Side): Promise<Scenario[]> {
  type Row = { id: string; key: string };
  const projects = await source.all<Row>(adHoc(`SELECT id, key FROM projects ORDER BY key LIMIT ${PROJECTS}`), []);
  const ofBoth = (name: string, ask: (db: Database) => Promise<JsonValue>): Scenario => {
    const of = ({ db, all }: Side) => ask({ ...db, all });
    return { name, source: () => of(source), target: () => of(target) };
  };
  return projects.flatMap(({ id: projectId, key }) => [
    ofBoth(`${key}: counts`, async (db) => {
      const { total, unassigned, byStatus } = await ticketCounts(db, systemActor, projectId);
      return { total, unassigned, ...byStatus };
    }),
    ...Object.entries(lists).map(([name, asked]) =>
      ofBoth(`${key}: ${name}`, async (db) => {
        const input = ListTicketsInput.parse({ ...asked, projectId, limit: 50 });
        return (await listTickets(db, systemActor, input)).items.map((ticket) => ticket.key);
      }),
    ),
  ]);
}
