import type { LogEntry, ProjectEntry } from './eventLog.js';

/**
 * Whether the event takes earlier ones away from people who could see them: its transaction changed who may see those
 * (ADR 9), so that what was read of the stream before it is not to be sent any more.
 */
export function withdrawsEarlier({ event }: LogEntry): boolean {
  switch (event.type) {
    case 'ticket.moved':
    case 'comment.deleted':
    case 'message.deleted':
      return true;
    case 'comment.updated':
      return isMadeInternal(event);
    default:
      return false;
  }
}

/** From whom: the customer who reported the ticket loses a comment or a message, everybody a ticket that has left. */
export const isTakenFrom = (entry: LogEntry, userId: string): boolean =>
  entry.event.type === 'ticket.moved' || (entry as ProjectEntry).reporterId === userId;

/** A comment that customers could see until now. */
export const isMadeInternal = (event: LogEntry['event']): boolean =>
  event.type === 'comment.updated' &&
  event.payload.comment.visibility === 'INTERNAL' &&
  event.payload.changes['visibility'] !== undefined;
