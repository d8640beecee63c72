import { mentionsIn } from '../../../contract/notification.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { mayBeTold, type Reader } from '../notifications/notifications.policy.js';
import { notify, readersIn, wishesOf, type News, type Wishes } from '../notifications/notify.js';
import type { LoadedTicket } from '../tickets/loadTicket.js';
import type { CommentRow } from './comments.queries.js';

/** Whom a comment may have to be told to. */
export interface Concerned {
  /** Who holds the ticket, who reported it, and whose comment this one answers. */
  readonly repliedTo: readonly string[];
  readonly readers: readonly Reader[];
  readonly wishes: Wishes;
}

/** Ask beside something that is waited for anyway: then it costs no journey. */
export async function concernedBy(
  deps: Deps,
  unit: UnitOfWork,
  { row, spans }: LoadedTicket,
  content: string,
  parentAuthorId: string | null,
): Promise<Concerned> {
  const repliedTo = [
    row.reporterId,
    ...spans.map(({ assigneeId }) => assigneeId),
    ...(parentAuthorId ? [parentAuthorId] : []),
  ];
  const people = [...repliedTo, ...mentionsIn(content)];
  const [readers, wishes] = await Promise.all([readersIn(unit, row.projectId, people), wishesOf(deps, unit, people)]);
  return { repliedTo, readers, wishes };
}

/** Tells of a new comment: who is named in it of that, and the others of a reply; nobody who may not see it. */
export function tellOfComment(
  unit: UnitOfWork,
  actor: Actor,
  { row: ticket }: LoadedTicket,
  comment: CommentRow,
  seq: number,
  { repliedTo, readers, wishes }: Concerned,
): void {
  const mentioned = new Set(mentionsIn(comment.content));
  const news = readers
    .filter((reader) => mayBeTold(reader, ticket, comment))
    .filter(({ userId }) => mentioned.has(userId) || repliedTo.includes(userId))
    .map(({ userId }): News => ({ userId, kind: mentioned.has(userId) ? 'MENTION' : 'REPLY', ticket, comment, seq }));
  notify(unit, actor, wishes, news);
}

/** Tells those who are named in an edited comment and were not, or might not be told, before. */
export function tellOfEdit(
  unit: UnitOfWork,
  actor: Actor,
  { row: ticket }: LoadedTicket,
  [before, after]: readonly [CommentRow, CommentRow],
  seq: number,
  { readers, wishes }: Concerned,
): void {
  const [known, mentioned] = [new Set(mentionsIn(before.content)), new Set(mentionsIn(after.content))];
  const news = readers
    .filter((reader) => mentioned.has(reader.userId) && mayBeTold(reader, ticket, after))
    .filter((reader) => !known.has(reader.userId) || !mayBeTold(reader, ticket, before))
    .map(({ userId }): News => ({ userId, kind: 'MENTION', ticket, comment: after, seq }));
  notify(unit, actor, wishes, news);
}
