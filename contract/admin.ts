import { z } from 'zod';
import { limits } from './limits.js';
import { count, Id, Instant } from './text.js';

const Check = z.object({ ok: z.boolean(), detail: z.string().optional() });

/** How the process that answers does. Each speaks for itself: behind a balancer, ask again to hear others. */
export const NodeHealth = z.object({
  /** Made at its start. */
  node: z.string(),
  startedAt: Instant,
  ready: z.boolean(),
  draining: z.boolean(),
  database: Check,
  migrations: Check.extend({ pending: count.optional() }),
  bus: z.object({ kind: z.enum(['memory', 'redis']), up: z.boolean() }),
  sockets: count,
  subscriptions: count,
  /** Since the heads of followed streams were last read. */
  pollAgeMs: count,
  memoryBytes: count,
});
export type NodeHealth = z.infer<typeof NodeHealth>;

/** A running subscription. */
const Subscription = z.object({
  kind: z.enum(['project', 'ticket', 'conversation', 'query', 'feed']),
  /** Of the project, ticket, conversation or person that is followed. */
  id: z.string(),
  userId: z.string(),
  userName: z.string().nullable(),
  sessionId: z.string().nullable(),
  since: Instant,
  /** The last event that was sent or passed over, and how many are known that were not. */
  seq: z.int(),
  behind: z.int(),
  /** Bytes that wait for its connection to take them. */
  waitingBytes: z.int(),
});

/** Those furthest behind first, `limit` at most. */
export const ListSubscriptionsInput = z.strictObject({
  userId: Id.optional(),
  limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
});
/** Of the process that answers. */
export const SubscriptionList = z.object({
  node: z.string(),
  total: count,
  items: z.array(Subscription),
});
export type SubscriptionList = z.infer<typeof SubscriptionList>;
