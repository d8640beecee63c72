import { z } from 'zod';
import { linkTypes, ticketStatuses } from './enums.js';
import { Id, mutationInput, text } from './text.js';
import { limits } from './limits.js';

export { linkTypes };
export const LinkType = z.enum(linkTypes);
export type LinkType = z.infer<typeof LinkType>;

/**
 * A link as one of its two tickets has it. `isFrom`: this ticket is the one that blocks, duplicates, was split off, or was merged;
 * of two that relate it says nothing. The other fields are the other ticket's.
 */
export const TicketLink = z.object({
  id: Id,
  type: LinkType,
  isFrom: z.boolean(),
  ticketId: Id,
  projectId: Id,
  key: z.string(),
  title: z.string(),
  status: z.enum(ticketStatuses),
});
export type TicketLink = z.infer<typeof TicketLink>;

const ends = { ticketId: Id, otherId: Id, type: LinkType.extract(['BLOCKS', 'DUPLICATES', 'RELATES']) };
/** `ticketId` blocks, duplicates, or relates to `otherId`. */
export const LinkTicketInput = mutationInput(ends);
export type LinkTicketInput = z.output<typeof LinkTicketInput>;
export const UnlinkTicketInput = mutationInput(ends);
export type UnlinkTicketInput = z.output<typeof UnlinkTicketInput>;

/** `reason` is told to the team in the events of both tickets. */
export const MergeTicketInput = mutationInput({
  ticketId: Id,
  intoId: Id,
  reason: text(limits.reasonLength).optional(),
});
export type MergeTicketInput = z.output<typeof MergeTicketInput>;
export const UnmergeTicketInput = mutationInput({ ticketId: Id });
export type UnmergeTicketInput = z.output<typeof UnmergeTicketInput>;

/** `commentIds` are comments of this ticket; they are copied. */
export const SplitTicketInput = mutationInput({
  ticketId: Id,
  title: text(limits.titleLength),
  commentIds: z.array(Id).max(limits.splitCommentsMax).default([]),
});
export type SplitTicketInput = z.output<typeof SplitTicketInput>;
