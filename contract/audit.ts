import { z } from 'zod';
import { auditActions, auditEntities } from './enums.js';
import { Id, Instant, InstantInput, listInput, listSort, page } from './text.js';

export { auditActions, auditEntities };
export type AuditEntity = (typeof auditEntities)[number];
export type AuditAction = (typeof auditActions)[number];

const Plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const List = z.array(z.union([z.string(), z.record(z.string(), Plain)]));
/** The last is what a view asks for, and in which order. */
const Value = z.union([Plain, List, z.record(z.string(), z.union([Plain, List, z.record(z.string(), Plain)]))]);
/** Fields and their values; of a change those alone that differ. Never a password, a token, or a hash of one. */
const Fields = z.record(z.string(), Value);

/** One change of something other than a ticket, which has a history of its own. */
export const AuditEntry = z.object({
  id: Id,
  at: Instant,
  /** Null when the system itself acted. */
  actorId: Id.nullable(),
  /** As it was then. */
  actorName: z.string(),
  /** The session by which the call came, `key:<id>` for an API key. */
  sessionId: z.string().nullable(),
  procedure: z.string(),
  entity: z.enum(auditEntities),
  /** Of a membership the person's; the project is beside it, the conversation among the fields. */
  entityId: Id,
  projectId: Id.nullable(),
  action: z.enum(auditActions),
  before: Fields.nullable(),
  after: Fields.nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditSort = listSort(['at'], 'desc');
/** `from` is inclusive, `to` is not. */
export const AuditInput = listInput({
  sort: AuditSort,
  entity: z.enum(auditEntities).optional(),
  entityId: Id.optional(),
  actorId: Id.optional(),
  projectId: Id.optional(),
  action: z.enum(auditActions).optional(),
  from: InstantInput.optional(),
  to: InstantInput.optional(),
});
export const AuditPage = page(AuditEntry);
