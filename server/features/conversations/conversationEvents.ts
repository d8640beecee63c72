import type { MessageEventPayloads, ProjectEventPayloads } from '../../../contract/event.js';
import type { Talk } from '../../db/recorder.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { HeldConversation } from './loadConversation.js';

type Told = MessageEventPayloads & Pick<ProjectEventPayloads, 'conversation.updated' | 'conversation.archived'>;

/** Takes the number under which something is told of the conversation; null for DIRECT, which is in no project. */
export async function numberIn(unit: UnitOfWork, { row }: Pick<HeldConversation, 'row'>): Promise<number | null> {
  return row.projectId === null ? null : (await unit.record.number(row.projectId, { events: 1 })).seq;
}

/**
 * Tells those who see the conversation: in its project's stream under a number taken before, or in the own stream of each who talks. What is
 * said at a ticket is public, so its reporter hears it.
 */
export function tell<Type extends keyof Told>(
  unit: UnitOfWork,
  { row, ticket, participants }: Pick<HeldConversation, 'row' | 'ticket' | 'participants'>,
  seq: number | null,
  type: Type,
  payload: Told[Type],
): void {
  const messageId = 'message' in payload ? payload.message.id : null;
  const talk: Talk = { conversationId: row.id, messageId, membersOnly: row.isPrivate };
  if (row.projectId !== null && seq !== null) {
    const to = ticket
      ? { ticketId: ticket.row.id, audience: 'REPORTER' as const, reporterId: ticket.row.reporterId }
      : { ticketId: null, audience: 'TEAM' as const, reporterId: null };
    // Which payload goes with which type is what the signature says.
    unit.record.append<keyof Told>({ ...to, seq, projectId: row.projectId, talk, type, payload });
    return;
  }
  const common = { projectId: null, ticketId: null, talk };
  for (const { id: userId } of participants)
    unit.record.notify<keyof MessageEventPayloads>({
      ...common,
      userId,
      type: type as never,
      payload: payload as never,
    });
}
