import { limits } from '../../../contract/limits.js';
import type { NotificationKind } from '../../../contract/notification.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { seen } from '../notifications/notifications.queries.js';
import type { ClaimedMail } from './outbox.js';

/** One thing that somebody is told by e-mail. */
export interface DigestItem {
  readonly kind: NotificationKind;
  readonly place: DigestPlace;
  /** The beginning of the comment or message. */
  readonly excerpt: string | null;
  /** Null when time itself is the cause. */
  readonly actorName: string | null;
  readonly dueOn: string | null;
}

/** Where it happened. */
export interface DigestPlace {
  readonly id: string;
  /** The ticket with its key, the channel, or where a webhook leads; null for what is said directly. */
  readonly name: string | null;
  /** Of the board, after the `#`. */
  readonly path: string;
}

/** What a mail says. */
export interface Digest {
  readonly to: { readonly name: string; readonly address: string };
  /** Oldest first. */
  readonly items: readonly DigestItem[];
  /** There are more than are named. */
  readonly isCut: boolean;
}

const NAMED_MAX = 50;

/** As of now: what was read, is no news any more, may not be seen any more or is not wanted by e-mail any more is left out. */
export const findItems = statement(
  'mails.digest',
  `SELECT n.kind, n.due_on, t.key AS ticket_key, t.title, v.id AS conversation_id, v.name AS conversation_name,
     substr(coalesce(c.content, g.content, n.note), 1, ${limits.excerptLength}) AS excerpt,
     (SELECT p.key FROM projects p WHERE p.id = coalesce(t.project_id, v.project_id, h.project_id)) AS project_key,
     h.id AS webhook_id, h.url AS webhook_url,
     a.name AS actor_name, u.name, u.email
   FROM (SELECT o.* FROM notifications o
     WHERE o.awaits_mail AND o.user_id = $1 AND o.mail_id = $2 AND o.read_at IS NULL AND o.created_at > $3) n
   LEFT JOIN users a ON a.id = n.actor_id ${seen} AND u.active AND NOT u.is_demo
     AND NOT EXISTS (SELECT 1 FROM notification_preferences np WHERE np.user_id = n.user_id AND np.kind = n.kind AND NOT np.email)
   ORDER BY n.id LIMIT ${NAMED_MAX + 1}`,
);

interface Row {
  readonly kind: NotificationKind;
  readonly due_on: string | null;
  readonly ticket_key: string | null;
  readonly title: string | null;
  readonly conversation_id: string | null;
  readonly conversation_name: string | null;
  readonly webhook_id: string | null;
  readonly webhook_url: string | null;
  readonly excerpt: string | null;
  readonly project_key: string | null;
  readonly actor_name: string | null;
  readonly name: string;
  readonly email: string;
}

/** What there is to say in this mail at this moment, of things younger than `since`; null when that is nothing. */
export async function readDigest(run: RunStatement, mail: ClaimedMail, since: Date): Promise<Digest | null> {
  const rows = await run<Row>(findItems, [mail.userId, mail.mailId, since]);
  const [first] = rows;
  if (!first) return null;
  const items = rows.slice(0, NAMED_MAX).map((row) => ({
    kind: row.kind,
    place: placeOf(row),
    excerpt: row.excerpt,
    actorName: row.actor_name,
    dueOn: row.due_on,
  }));
  return { to: { name: first.name, address: first.email }, items, isCut: rows.length > NAMED_MAX };
}

function placeOf({
  project_key: project,
  ticket_key: ticket,
  title,
  conversation_id,
  conversation_name,
  webhook_id,
  webhook_url,
}: Row): DigestPlace {
  if (ticket !== null) return { id: ticket, name: `${ticket} ${title ?? ''}`, path: `/${project ?? ''}/${ticket}` };
  if (webhook_id !== null && webhook_url !== null)
    return {
      id: webhook_id,
      name: `${project ?? ''}: ${new URL(webhook_url).host}`,
      path: `/${project ?? ''}/settings/webhooks`,
    };
  const id = conversation_id ?? '';
  if (project === null) return { id, name: null, path: '/' };
  return { id, name: `#${conversation_name ?? ''}`, path: `/${project}/talk/${id}` };
}
