import type { Attributes } from 'sequelize';
import type { z } from 'zod';
import type { Comment as Presented, ListCommentsInput } from '../../../contract/comment.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import type { Dialect } from '../../db/dialect.js';
import { Comment } from '../../db/models/Comment.js';
import { statement } from '../../db/statement.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { decodeCursor, momentOf, toPage } from '../keysetPage.js';
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

const listed = (dir: 'asc' | 'desc', name: string, ofTickets: (d: Dialect) => string) =>
  statement(
    `comments.${name}.${dir}`,
    (d) => `SELECT c.*, u.name AS user_name FROM comments c JOIN users u ON u.id = c.user_id
     WHERE ${ofTickets(d)} AND (c.created_at, c.id) ${dir === 'asc' ? '>' : '<'} ($2, $3)
       AND (c.visibility = 'PUBLIC' OR $4 = 'staff') ORDER BY c.created_at ${dir}, c.id ${dir} LIMIT $5`,
  );
const inBoth = (name: string, ofTickets: (d: Dialect) => string) => ({
  asc: listed('asc', name, ofTickets),
  desc: listed('desc', name, ofTickets),
});
// Of one ticket they come in the order of an index, which a list of tickets would not let PostgreSQL see.
const ofOne = inBoth('list', () => 'c.ticket_id = $1');
const ofSeveral = inBoth('listMerged', (d) => d.anyOf('c.ticket_id', '$1'));
/** Before the first and after the last moment there is, by direction. */
export const begin = { asc: [new Date(0), ''], desc: [new Date('9999-01-01'), ''] } as const;

interface Range {
  readonly after: readonly [Date, string] | null;
  readonly dir: 'asc' | 'desc';
  readonly limit: number;
  /** Customers see public comments only. */
  readonly staff: boolean;
}

/** Comments of tickets that are one, from a place in time on. Access to the tickets is the caller's to decide. */
export async function commentsOf(db: Database, ticketIds: readonly string[], range: Range): Promise<Presented[]> {
  const { after, dir, limit, staff } = range;
  const [first = ''] = ticketIds;
  const isOne = ticketIds.length === 1;
  const values = [isOne ? first : ticketIds, ...(after ?? begin[dir]), staff ? 'staff' : 'customer', limit];
  const rows = await db.all<{ user_name: string }>((isOne ? ofOne : ofSeveral)[dir], values);
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
  const parts = decodeCursor(input.cursor, ['string', 'string']);
  const after = parts ? ([momentOf(parts[0]), String(parts[1])] as const) : null;
  const range = { after, dir: input.dir, limit: input.limit + 1, staff: isStaff(seen.standing) };
  const comments = await commentsOf(db, discussed, range);
  return toPage(
    comments,
    input.limit,
    (comment) => [comment.createdAt, comment.id],
    (comment) => comment,
  );
}
