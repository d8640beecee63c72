import type { TicketLink } from '../../../contract/link.js';
import type { ProjectRole } from '../../../contract/project.js';
import type { TicketStatus } from '../../../contract/ticket.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { canSeeTicket } from './tickets.policy.js';
import type { TicketRow } from './tickets.present.js';

const ofEnd = (own: string, other: string, isFrom: number) =>
  `SELECT l.id, l.type, ${isFrom} AS is_from, o.id AS ticket_id, o.project_id, o.key, o.title, o.status, o.reporter_id, m.role
   FROM ticket_links l JOIN tickets o ON o.id = l.${other}
   LEFT JOIN project_members m ON m.project_id = o.project_id AND m.user_id = $2
   WHERE l.${own} = $1 AND o.deleted_at IS NULL`;
const linksOf = statement(
  'links.ofTicket',
  `SELECT * FROM (${ofEnd('from_id', 'to_id', 1)} UNION ALL ${ofEnd('to_id', 'from_id', 0)}) x ORDER BY x.id`,
);

interface LinkColumns {
  readonly id: string;
  readonly type: TicketLink['type'];
  readonly is_from: number;
  readonly ticket_id: string;
  readonly project_id: string;
  readonly key: string;
  readonly title: string;
  readonly status: TicketStatus;
  readonly reporter_id: string;
  readonly role: ProjectRole | null;
}

/** The links of a ticket whose other end the actor may see, in the order in which they were made. */
export async function linksOfTicket(all: RunStatement, actor: Actor, ticketId: string): Promise<TicketLink[]> {
  const rows = await all<LinkColumns>(linksOf, [ticketId, actor.userId]);
  return rows.flatMap(({ is_from, ticket_id, project_id, reporter_id, role, ...row }) => {
    const standing = { role: actor.role, projectRole: role };
    if (!canSeeTicket(actor, standing, { reporterId: reporter_id })) return [];
    return [{ ...row, isFrom: is_from === 1, ticketId: ticket_id, projectId: project_id }];
  });
}

/** So many merged tickets are looked at, however long the line of merges. */
const MERGED_MAX = 500;
const mergedInto = statement(
  'links.mergedInto',
  `WITH RECURSIVE merged (id) AS (
     SELECT l.from_id FROM ticket_links l WHERE l.to_id = $1 AND l.type = 'MERGED_INTO'
     UNION SELECT l.from_id FROM merged JOIN ticket_links l ON l.to_id = merged.id AND l.type = 'MERGED_INTO')
   SELECT t.id, t.reporter_id FROM merged JOIN tickets t ON t.id = merged.id LIMIT ${MERGED_MAX}`,
);

/**
 * The tickets whose comments are shown with this one: itself, and those merged into it, directly or not. A customer sees only
 * those that they reported too: a merge tells nobody what others wrote.
 */
export async function discussionOf(
  all: RunStatement,
  actor: Actor,
  { row, standing, hasMerged }: { readonly row: TicketRow; readonly standing: Standing; readonly hasMerged: boolean },
): Promise<string[]> {
  if (!hasMerged) return [row.id];
  const merged = await all<{ id: string; reporter_id: string }>(mergedInto, [row.id]);
  const seen = merged.filter(({ reporter_id }) => isStaff(standing) || reporter_id === actor.userId);
  return [row.id, ...seen.map(({ id }) => id)];
}
