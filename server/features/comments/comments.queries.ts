import type { Attributes } from 'sequelize';
import type { z } from 'zod';
import type { Comment as Presented, ListCommentsInput } from '../../../contract/comment.js';
import { OldestFirst, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import type { Dialect } from '../../db/dialect.js';
import { Comment } from '../../db/models/Comment.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { toPage } from '../keysetPage.js';
import { madeAs, moment, sortedList, type PlaceInTime } from '../sortedList.js';
import { discussionOf } from '../tickets/links.queries.js';
import { seeTicket } from '../tickets/oneTicket.queries.js';

export type CommentRow = Attributes<Comment> & { readonly userName: string };

/** A deleted comment keeps its place in the thread, without its words. */
export const presentComment = (row: CommentRow): Presented => ({
  id: row.id,
  ticketId: row.ticketId,
  userId: row.userId,
  userName: row.userName,
  content: row.deletedAt === null ? row.content : '',
  visibility: row.visibility,
  parentId: row.parentId,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  deletedAt: row.deletedAt?.toISOString() ?? null,
});

const listed = (name: string, ofTickets: (d: Dialect) => string) =>
  sortedList(
    `comments.${name}`,
    OldestFirst,
    { createdAt: [moment('c.created_at', 'createdAt'), madeAs('c.id', 'id')] },
    3,
    ({ after, orderBy }, d) => `SELECT c.*, u.name AS user_name FROM comments c JOIN users u ON u.id = c.user_id
     WHERE ${ofTickets(d)} AND ${after} AND (c.visibility = 'PUBLIC' OR $2 = 'staff') ORDER BY ${orderBy} LIMIT $3`,
  );
// Of one ticket they come in the order of an index, which a list of tickets would not let PostgreSQL see.
const ofOne = listed('list', () => 'c.ticket_id = $1');
const ofSeveral = listed('listMerged', (d) => d.anyOf('c.ticket_id', '$1'));

interface Range extends PlaceInTime {
  /** Customers see public comments only. */
  readonly staff: boolean;
}

/** Comments of tickets that are one, from a place in time on. Access to the tickets is the caller's to decide. */
export async function commentsOf(db: Database, ticketIds: readonly string[], range: Range): Promise<Presented[]> {
  const { after, dir, limit, staff } = range;
  const [first = ''] = ticketIds;
  const isOne = ticketIds.length === 1;
  const { statement } = (isOne ? ofOne : ofSeveral)({ by: 'createdAt', dir });
  const values = [isOne ? first : ticketIds, staff ? 'staff' : 'customer', limit, ...after];
  const rows = await db.all<{ user_name: string }>(statement, values);
  return rows.map(({ user_name, ...columns }) =>
    presentComment({ ...decodeRow(Comment, columns), userName: user_name }),
  );
}

/** With those of the tickets that were merged into it. @throws NOT_FOUND no such ticket for this actor. */
export async function listComments(
  db: Database,
  actor: Actor,
  input: z.output<typeof ListCommentsInput>,
): Promise<Page<Presented>> {
  const seen = await seeTicket(db.all, actor, input);
  const discussed = await discussionOf(db.all, actor, seen);
  const { values: after, cursorOf } = ofOne(input.sort, input.cursor);
  const { dir } = input.sort ?? OldestFirst.usual;
  const range = { after, dir, limit: input.limit + 1, staff: isStaff(seen.standing) };
  const comments = await commentsOf(db, discussed, range);
  return toPage(comments, input.limit, cursorOf, (comment) => comment);
}
