import type { Api } from '../sdk.js';
import { formatDay } from '../ui/dates.js';
import { pathTo, pathToTalk, pathToTicket, settingsPath } from '../ui/useRoute.js';

type NoticePage = Awaited<ReturnType<Api['notifications']['list']>>;
export type Notice = NoticePage['items'][number];
export type NoticeKind = Notice['kind'];

/** What it is about, after who caused it: "Ada" "mentioned you". */
export function noticeText({
  kind,
  dueDate,
  commentId,
}: Pick<Notice, 'kind' | 'dueDate'> & Partial<Pick<Notice, 'commentId'>>): string {
  switch (kind) {
    case 'MENTION':
      return 'mentioned you';
    case 'ASSIGNED':
      return 'gave you this ticket';
    case 'REPLY':
      return commentId === null ? 'answered you' : 'commented';
    case 'MESSAGE':
      return 'wrote to you';
    case 'RULE':
      return 'A rule says';
    case 'DUE_SOON':
      return dueDate === null ? 'Due soon' : `Due on ${formatDay(dueDate)}`;
    case 'WEBHOOK_DISABLED':
      return 'A webhook was turned off: nothing gets through to it';
    case 'SLA_WARNED':
      return 'Time is running out';
    case 'SLA_BREACHED':
      return 'Is late';
    default:
      // A newer server may tell what this board has no words for.
      kind satisfies never;
      return 'Something happened';
  }
}

/** The ticket's key, where it was said, or where the webhook leads. */
export const noticePlace = ({
  ticket,
  conversation,
  webhook,
}: Pick<Notice, 'ticket' | 'conversation' | 'webhook'>): string =>
  ticket?.key ?? webhook?.host ?? (conversation?.kind === 'CHANNEL' ? `#${conversation.name ?? ''}` : 'Directly');

/** The ticket, where it was said, or where the project's webhooks are turned on again: as mails lead there too. */
export function noticePath(
  { ticket, conversation, webhook, projectId }: Pick<Notice, 'ticket' | 'conversation' | 'webhook' | 'projectId'>,
  projects: readonly { readonly id: string; readonly key: string }[],
): string {
  if (ticket) return pathToTicket(ticket.key);
  if (webhook) {
    const project = projects.find(({ id }) => id === projectId);
    return project ? pathTo(project.key, settingsPath, 'webhooks') : pathTo();
  }
  return pathToTalk(projects, projectId, conversation?.id);
}

/** Each kind, as whoever chooses reads it. */
export const kindNames: Readonly<Record<NoticeKind, string>> = {
  MENTION: 'Somebody mentions me',
  ASSIGNED: 'A ticket is given to me',
  REPLY: 'Somebody comments on a ticket that I hold or reported, or answers me',
  MESSAGE: 'Somebody writes to me directly',
  DUE_SOON: 'A ticket that I hold is due soon',
  WEBHOOK_DISABLED: 'A webhook of a project that I lead is turned off, since nothing gets through to it',
  RULE: 'A rule of a project tells me of a ticket',
  SLA_WARNED: 'The time promised for a ticket that I hold, or of a project that I lead, is running out',
  SLA_BREACHED: 'A ticket that I hold, or of a project that I lead, is late',
};
