import { z } from 'zod';
import { bulkOutcomes } from './enums.js';
import { errorCodes } from './errors.js';
import { limits } from './limits.js';
import { Id, mutationInput, text } from './text.js';
import { TicketPatch } from './ticket.js';

export { bulkOutcomes };

/**
 * The same patch for each of the tickets. `expectedVersions` stand in the order of `ticketIds`, null for those of which any version
 * is right. `reason` is told to staff with each change, and to who loses a ticket by it.
 */
export const BulkUpdateInput = mutationInput({
  ticketIds: z
    .array(Id)
    .min(1)
    .max(limits.bulkUpdateMax)
    .refine((ids) => new Set(ids).size === ids.length, 'names a ticket twice'),
  patch: TicketPatch,
  expectedVersions: z.array(z.int().min(1).nullable()).max(limits.bulkUpdateMax).optional(),
  reason: text(limits.reasonLength).optional(),
}).refine(
  ({ ticketIds, expectedVersions }) => (expectedVersions?.length ?? ticketIds.length) === ticketIds.length,
  'expectedVersions wants one entry for each ticket',
);
export type BulkUpdateInput = z.output<typeof BulkUpdateInput>;

/**
 * `code`, `message` and `details` say why it FAILED, as the error of a single update does: of a CONFLICT with both sides of each field.
 * `version` and `seq` are those of the ticket as it is now, of the others.
 */
export const BulkResult = z.object({
  ticketId: Id,
  outcome: z.enum(bulkOutcomes),
  code: z.enum(errorCodes).optional(),
  message: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  version: z.int().optional(),
  seq: z.int().optional(),
});
export type BulkResult = z.infer<typeof BulkResult>;
/** One for each ticket, in the order asked. */
export const BulkUpdateReply = z.object({ results: z.array(BulkResult) });
export type BulkUpdateReply = z.infer<typeof BulkUpdateReply>;
