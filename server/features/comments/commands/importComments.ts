import type { Comment as Presented } from '../../../../contract/comment.js';
import { newRow } from '../../../db/newRow.js';
import { statement } from '../../../db/statement.js';
import { commentIndex } from '../../../db/textIndex.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { loadTicket, type LoadedTicket } from '../../tickets/loadTicket.js';
import { planChange } from '../../tickets/ticketPlan.js';
import { writeTickets } from '../../tickets/writeTickets.js';
import { concernedBy, tellOfComment } from '../commentNews.js';
import { appendComment, insertComment } from '../commentWrites.js';
import { canImportComments } from '../comments.policy.js';
import { presentComment, type CommentRow } from '../comments.queries.js';

/** A comment of another system, under an id that is made from where it comes from. */
export interface ForeignComment {
  readonly id: string;
  readonly author: { readonly userId: string; readonly name: string; readonly isStaff: boolean };
  readonly content: string;
  readonly visibility: Presented['visibility'];
  readonly at: Date;
}
interface Input {
  readonly ticketId: string;
  readonly comments: readonly ForeignComment[];
}

/** What there is already under the id of a comment. */
export interface KnownComment {
  readonly id: string;
  readonly content: string;
  readonly visibility: Presented['visibility'];
  readonly isDeleted: boolean;
}

const findComments = statement(
  'comments.foreign',
  (d) => `SELECT c.id, c.content, c.visibility, c.deleted_at FROM comments c WHERE ${d.anyOf('c.id', '$1')}`,
);
type Found = Omit<KnownComment, 'isDeleted'> & { readonly deleted_at: unknown };

/**
 * Writes those of these comments that are not there, by their own authors and of their own time. Of what is loaded
 * quietly nobody is told as news. The first
 * public one by staff other than the reporter is the ticket's first response.
 * @returns those that were there, as they are.
 * @throws NOT_FOUND no such ticket for this actor; FORBIDDEN see `canImportComments`; CONFLICT it was merged, or its project is archived.
 */
export function importComments(deps: Deps, actor: Actor, { ticketId, comments }: Input): Promise<KnownComment[]> {
  return inUnitOfWork(deps, { actor, procedure: 'comments.import', input: {} }, async (unit) => {
    const ticket = await loadTicket(unit, actor, ticketId);
    demand(canImportComments(ticket.standing));
    const found = await unit.all<Found>(findComments, [comments.map(({ id }) => id)]);
    const known = new Set(found.map(({ id }) => id));
    const added = comments.filter(({ id }) => !known.has(id));
    if (added.length > 0) await write(deps, unit, actor, ticket, added);
    return found.map(({ deleted_at, ...rest }) => ({ ...rest, isDeleted: deleted_at !== null }));
  });
}

async function write(
  deps: Deps,
  unit: UnitOfWork,
  actor: Actor,
  ticket: LoadedTicket,
  added: readonly ForeignComment[],
): Promise<void> {
  await noteFirstResponse(deps, unit, actor, ticket, added);
  const { projectId } = ticket.row;
  const isNews = deps.isQuiet !== true;
  const concerned = isNews
    ? await Promise.all(added.map(({ content }) => concernedBy(deps, unit, ticket, content, null)))
    : [];
  const { seq } = await unit.record.number(projectId, { events: added.length });
  added.forEach((comment, nth) => {
    const row = rowOf(ticket, comment);
    const told = concerned[nth];
    unit.send(insertComment.statement, insertComment.values(row));
    commentIndex.put(unit, deps.db.dialect, { id: row.id, placeId: projectId, text: row.content });
    appendComment(unit, 'comment.created', ticket, presentComment(row), seq + nth);
    if (told) tellOfComment(unit, actor, ticket, row, seq + nth, told);
  });
}

async function noteFirstResponse(
  deps: Deps,
  unit: UnitOfWork,
  actor: Actor,
  ticket: LoadedTicket,
  added: readonly ForeignComment[],
): Promise<void> {
  const { reporterId, firstResponseAt: earlier } = ticket.row;
  const answers = added.filter(
    ({ visibility, author }) => visibility === 'PUBLIC' && author.isStaff && author.userId !== reporterId,
  );
  const [first] = answers.map(({ at }) => at).toSorted((a, b) => a.getTime() - b.getTime());
  if (!first || (earlier !== null && earlier <= first)) return;
  const change = { event: 'ticket.updated', patch: { firstResponseAt: first } } as const;
  const plan = planChange(ticket, change, actor, unit.at);
  if (plan) await writeTickets(deps, unit, actor, [plan]);
}

const rowOf = ({ row }: LoadedTicket, { id, author, content, visibility, at }: ForeignComment): CommentRow => ({
  id,
  ticketId: row.id,
  userId: author.userId,
  userName: author.name,
  content,
  visibility,
  parentId: null,
  ...newRow(at),
});
