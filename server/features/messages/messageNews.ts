import { mentionsIn } from '../../../contract/notification.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { canSeeConversation } from '../conversations/conversations.policy.js';
import type { Deps } from '../deps.js';
import type { HeldConversation } from '../conversations/loadConversation.js';
import type { Reader } from '../notifications/notifications.policy.js';
import { notify, readersIn, wishesOf, type News, type Wishes } from '../notifications/notify.js';
import type { MessageRow } from './messages.queries.js';

/** Whom a message may have to be told to: all of them see the conversation. */
export interface Concerned {
  /** Whose message begins the thread that this one is in. */
  readonly rootAuthorId: string | null;
  readonly readers: readonly Reader[];
  readonly wishes: Wishes;
}

/** Ask beside something that is waited for anyway: then it costs no journey. */
export async function concernedBy(
  deps: Pick<Deps, 'mail'>,
  unit: UnitOfWork,
  held: HeldConversation,
  content: string,
  rootAuthorId: string | null,
): Promise<Concerned> {
  const talking = held.participants.map(({ id }) => id);
  const people = [...mentionsIn(content), ...(rootAuthorId === null ? [] : [rootAuthorId]), ...talking];
  const [readers, wishes, members] = await Promise.all([
    readersIn(unit, held.row.projectId ?? '', people),
    wishesOf(deps, unit, people),
    membersAmong(unit, held, people),
  ]);
  const reporterId = held.ticket?.row.reporterId ?? null;
  const sees = (reader: Reader): boolean =>
    reader.active &&
    canSeeConversation(reader, reader, { ...held.row, isMember: members.has(reader.userId), reporterId });
  return { rootAuthorId, readers: readers.filter(sees), wishes };
}

const findMembers = statement(
  'conversations.membersAmong',
  (d) => `SELECT user_id FROM conversation_members WHERE conversation_id = $1 AND ${d.anyOf('user_id', '$2')}`,
);

/** Who of these people is in it, where only members see it. */
async function membersAmong(
  { all }: UnitOfWork,
  { row }: HeldConversation,
  people: readonly string[],
): Promise<ReadonlySet<string>> {
  if (people.length === 0 || (row.kind !== 'DIRECT' && !row.isPrivate)) return new Set();
  const rows = await all<{ user_id: string }>(findMembers, [row.id, people]);
  return new Set(rows.map(({ user_id }) => user_id));
}

const newsOf = ({ ticket, row }: HeldConversation, message: MessageRow, seq: number | null) => ({
  ticket: ticket?.row ?? null,
  message: { id: message.id, conversation: row },
  seq,
});

/** Tells of a new message: who is named in it of that, who is answered of a reply, and the others who talk directly that there is one. */
export function tellOfMessage(
  unit: UnitOfWork,
  actor: Actor,
  held: HeldConversation,
  message: MessageRow,
  seq: number | null,
  { rootAuthorId, readers, wishes }: Concerned,
): void {
  const named = new Set(mentionsIn(message.content));
  const kindFor = (userId: string) => (named.has(userId) ? 'MENTION' : userId === rootAuthorId ? 'REPLY' : 'MESSAGE');
  const common = newsOf(held, message, seq);
  notify(
    unit,
    actor,
    wishes,
    readers.map(({ userId }): News => ({ ...common, userId, kind: kindFor(userId) })),
  );
}

/** Tells those who are named in an edited message and were not before. */
export function tellOfEdit(
  unit: UnitOfWork,
  actor: Actor,
  held: HeldConversation,
  [before, after]: readonly [MessageRow, MessageRow],
  seq: number | null,
  { readers, wishes }: Concerned,
): void {
  const [known, named] = [new Set(mentionsIn(before.content)), new Set(mentionsIn(after.content))];
  const common = newsOf(held, after, seq);
  const news = readers
    .filter(({ userId }) => named.has(userId) && !known.has(userId))
    .map(({ userId }): News => ({ ...common, userId, kind: 'MENTION' }));
  notify(unit, actor, wishes, news);
}
