import { z } from 'zod';
import { limits } from './limits.js';
import { ExpectedVersion, Id, Instant, listInput, listSort, mutationInput, page, text } from './text.js';
import { SearchText, ticketFilter, TicketSort } from './ticketInputs.js';
import { latestFirst } from './ticketOrder.js';

const { projectId: _, ...narrowing } = ticketFilter;
/** What `tickets.list` and `live.tickets` can be narrowed by, besides the project. */
export const ViewFilter = z.strictObject({ ...narrowing, text: SearchText.optional() });
export type ViewFilter = z.output<typeof ViewFilter>;

/**
 * A list of tickets under a name. What it names is not looked up when it is saved: whoever lists by it is given what they may see.
 * `projectId` null: over all projects of whoever looks.
 */
export const SavedView = z.object({
  id: Id,
  ownerId: Id,
  ownerName: z.string(),
  projectId: Id.nullable(),
  name: z.string(),
  filter: ViewFilter,
  sort: TicketSort,
  shared: z.boolean(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type SavedView = z.infer<typeof SavedView>;

const fields = { name: text(limits.nameLength), filter: ViewFilter, sort: TicketSort, shared: z.boolean() };
export const ViewSort = listSort(['name']);
/** One's own and, of projects one works in, those that are shared. With `projectId` those of this project. */
export const ListViewsInput = listInput({ projectId: Id.optional(), sort: ViewSort });
export const ViewPage = page(SavedView);
/** A shared view is seen by the staff of its project. */
export const CreateViewInput = mutationInput({
  name: fields.name,
  projectId: Id.optional(),
  filter: fields.filter,
  sort: fields.sort.default(latestFirst),
  shared: fields.shared.default(false),
});
export type CreateViewInput = z.output<typeof CreateViewInput>;
/** `filter` replaces the one there was. */
export const UpdateViewInput = mutationInput({
  viewId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
export type UpdateViewInput = z.output<typeof UpdateViewInput>;
export const DeleteViewInput = mutationInput({ viewId: Id });
