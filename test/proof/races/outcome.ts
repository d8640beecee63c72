import type { Attachment } from '../../../contract/attachment.js';
import type { Comment } from '../../../contract/comment.js';
import type { Message } from '../../../contract/message.js';
import type { TicketDetail } from '../../../contract/ticket.js';
import type { Watcher } from '../../../contract/watcher.js';
import { canonicalJson } from '../../../server/kernel/canonicalJson.js';
import { judge } from '../storm/calls.js';
import { opIn } from '../storm/writer.js';
import { isReply, type Answer } from './racers.js';
import type { Ring } from './rounds.js';
import type { Sides } from './starts.js';

/** What each was told, and what lies around both tickets then, without what is never the same twice. */
export async function outcomeOf({ racers, cast }: Ring, [start]: Sides, answers: readonly Answer[]): Promise<string> {
  const { ticketId, otherId, conversationId } = start;
  const seen = async (path: string, input: object, show: (reply: any) => unknown): Promise<unknown> => {
    try {
      return show(await racers.query(cast.admin, path, input));
    } catch (error) {
      return judge(error).code;
    }
  };
  const nameOf = (id: string | null): string | null =>
    id === null ? null : id === ticketId ? 'it' : id === otherId ? 'the other' : 'a new one';
  const itemsOf = (path: string, input: object, show: (item: any) => unknown) =>
    seen(path, input, ({ items }: { items: readonly unknown[] }) => items.map(show).map(canonicalJson).toSorted());
  const around = (id: string) =>
    Promise.all([
      seen('tickets.get', { ticketId: id }, (ticket: TicketDetail) => lastingOf(ticket, nameOf)),
      itemsOf('comments.list', { ticketId: id }, lastingOfComment),
      itemsOf('attachments.list', { ticketId: id }, ({ uploadedBy }: Attachment) => uploadedBy),
      itemsOf('tickets.watchers', { ticketId: id }, ({ userId }: Watcher) => userId),
    ]);
  const both = otherId === ticketId ? [ticketId] : [ticketId, otherId];
  const [said, ...lying] = await Promise.all([
    itemsOf('messages.list', { conversationId }, ({ content }: Message) => content),
    ...both.map(around),
  ]);
  return canonicalJson({ told: answers.map(toldBy), said, lying });
}

function toldBy(answer: Answer): string {
  if (!isReply(answer)) return answer.code;
  const { version = 0, results: [one] = [], watching } = answer.reply;
  return `ok ${one?.code ?? one?.version ?? version} ${watching ?? ''}`;
}

/** Whose words they are; the name of an operation is another in each race. */
const lastingOfComment = ({ userId, content, visibility, version, deletedAt }: Comment) => ({
  userId,
  visibility,
  version,
  content: opIn(content)?.at(-1) ?? content,
  isDeleted: deletedAt !== null,
});

function lastingOf(ticket: TicketDetail, nameOf: (id: string | null) => string | null): object {
  const { title, status, priority, category, storyPoints, estimatedHours, customFields, tags } = ticket;
  const { projectId, assigneeId, assignmentState, version } = ticket;
  const moments = [ticket.firstResponseAt, ticket.resolvedAt, ticket.completedAt, ticket.closedAt];
  return {
    state: [status, priority, category, storyPoints, estimatedHours, projectId, assigneeId, assignmentState, version],
    customFields,
    tags,
    mergedInto: nameOf(ticket.mergedIntoId),
    links: ticket.links
      .map((one) => `${one.type} ${one.type === 'RELATES' || one.isFrom} ${nameOf(one.ticketId)} ${one.status}`)
      .toSorted(),
    title: title.startsWith('Race ') ? 'as it was' : title,
    happened: moments.map((moment) => moment !== null),
    holders: ticket.assignees.map(({ userId, isPrimary }) => `${userId} ${isPrimary}`).toSorted(),
    spans: ticket.assignments.map((one) => `${one.assigneeId} ${one.status} ${one.type} ${one.isPrimary}`).toSorted(),
  };
}
