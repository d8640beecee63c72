import type { Comment as Presented } from '../../../contract/comment.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Comment } from '../../db/models/Comment.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { loadTicket, type LoadedTicket } from '../tickets/loadTicket.js';
import type { TicketRow } from '../tickets/tickets.present.js';
import { canSeeComment } from './comments.policy.js';
import type { CommentRow } from './comments.queries.js';

export const insertComment = insertRow(Comment, [
  'id',
  'ticketId',
  'userId',
  'content',
  'visibility',
  'parentId',
  'version',
  'createdAt',
  'updatedAt',
]);
export const updateComment = updateRow(Comment, [
  'content',
  'visibility',
  'version',
  'updatedAt',
  'deletedAt',
  'deletedBy',
  'deleteReason',
]);

const commentById = statement(
  'comments.byId',
  'SELECT c.*, u.name AS user_name FROM comments c JOIN users u ON u.id = c.user_id WHERE c.id = $1',
);

async function readComment(unit: UnitOfWork, commentId: string): Promise<CommentRow> {
  const [raw] = await unit.all<{ user_name: string }>(commentById, [commentId]);
  if (!raw) throw notFound('comment');
  const { user_name, ...columns } = raw;
  return { ...decodeRow(Comment, columns), userName: user_name };
}

/**
 * A comment under the lock of its ticket, which puts all writers of a ticket in a row.
 * @throws NOT_FOUND missing, foreign, internal to a customer, or deleted.
 */
export async function loadComment(
  unit: UnitOfWork,
  actor: Actor,
  commentId: string,
): Promise<{ comment: CommentRow; ticket: LoadedTicket }> {
  const { ticketId } = await readComment(unit, commentId);
  const ticket = await loadTicket(unit, actor, ticketId).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? notFound('comment') : error;
  });
  const comment = await readComment(unit, commentId);
  if (comment.deletedAt !== null || !canSeeComment(ticket.standing, comment.visibility)) throw notFound('comment');
  return { comment, ticket };
}

const keepFromReporter = statement(
  'events.keepFromReporter',
  (d) => `UPDATE events SET audience = 'TEAM' WHERE ticket_id = $1 AND audience = 'REPORTER'
     AND (type LIKE 'comment.%' AND ${d.jsonField('payload', 'comment', 'id')} = $2
       OR type LIKE 'attachment.%' AND ${d.jsonField('payload', 'attachment', 'commentId')} = $2)`,
);

/**
 * Takes what was said of a public comment, and of what is attached to it, away from its customer, also for replays of the past; the event that says why
 * follows. Before the project's numbers are taken: forgetting old events locks them in that order too.
 */
export const withdrawComment = async (unit: UnitOfWork, { id, ticketId }: CommentRow): Promise<void> =>
  void (await unit.all(keepFromReporter, [ticketId, id]));

/** A comment in the audit log. */
export const commentEntry = ({ id }: Pick<CommentRow, 'id'>, { row }: LoadedTicket) =>
  ({ entity: 'COMMENT', entityId: id, projectId: row.projectId }) as const;

/** The ticket whose comment it is. */
interface Told {
  readonly row: Pick<TicketRow, 'id' | 'projectId' | 'reporterId'>;
}
type CommentEvent = 'comment.created' | 'comment.deleted';

/** Internal comments go to the team only; public ones also to the customer who reported the ticket. */
export const envelopeOf = (ticket: Told, visibility: Presented['visibility'], seq: number) => ({
  seq,
  projectId: ticket.row.projectId,
  ticketId: ticket.row.id,
  reporterId: ticket.row.reporterId,
  audience: visibility === 'PUBLIC' ? ('REPORTER' as const) : ('TEAM' as const),
});

export const appendComment = (
  unit: UnitOfWork,
  type: CommentEvent,
  ticket: Told,
  comment: Presented,
  seq: number,
): void => unit.record.append({ ...envelopeOf(ticket, comment.visibility, seq), type, payload: { comment } });
