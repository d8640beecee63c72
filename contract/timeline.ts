import { z } from 'zod';
import { AssignmentHistoryEntry } from './assignment.js';
import { Comment } from './comment.js';
import { Message } from './message.js';
import { Instant, page } from './text.js';
import { TicketHistoryEntry } from './ticketInputs.js';

/** What happened to a ticket: field changes, changes of hands, comments, messages of its conversation. */
export const TimelineItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('history'), at: Instant, entry: TicketHistoryEntry }),
  z.object({ kind: z.literal('assignment'), at: Instant, entry: AssignmentHistoryEntry }),
  z.object({ kind: z.literal('comment'), at: Instant, entry: Comment }),
  z.object({ kind: z.literal('message'), at: Instant, entry: Message }),
]);
export type TimelineItem = z.infer<typeof TimelineItem>;
export const TimelinePage = page(TimelineItem);
