import { z } from 'zod';
import { limits } from './limits.js';
import { count, Id, listInput, listSort, mutationInput, page, text } from './text.js';

/** Trimmed, NFC. Whichever spelling came first is kept for everybody. */
export const TagName = z
  .string()
  .max(limits.tagLength * 2)
  .transform((value) => value.normalize('NFC').trim())
  .pipe(text(limits.tagLength).refine((value) => !value.includes(','), 'holds a comma'));

const change = mutationInput({ ticketId: Id, tags: z.array(TagName).min(1).max(limits.tagsOfTicket) });
/** Tags that the ticket carries already are left as they are. */
export const TagTicketInput = change;
export type TagTicketInput = z.output<typeof TagTicketInput>;
/** Tags that the ticket does not carry are passed over. */
export const UntagTicketInput = change;
export type UntagTicketInput = z.output<typeof UntagTicketInput>;

export const TagSort = listSort(['name']);
/** Of a project, by their names in lower case. */
export const ListTagsInput = listInput({ projectId: Id, sort: TagSort });
/** `ticketCount`: those that carry it and are not deleted. */
const ProjectTag = z.object({ name: z.string(), ticketCount: count });
export type ProjectTag = z.infer<typeof ProjectTag>;
export const TagPage = page(ProjectTag);
