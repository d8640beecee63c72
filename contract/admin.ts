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
  /** The last that a server of this database made by itself, or is making. */
  lastBackup: z
    .object({ at: Instant, outcome: z.enum(['RUNNING', 'DONE', 'FAILED']), bytes: count.nullable() })
    .nullable(),
  memoryBytes: count,
  /** Of the database, as this process reads them: by host and port. */
  replicas: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['down', 'behind', 'ready']),
      /** Of the log that were not replayed when it was last looked at. */
      lagBytes: count,
      /** That it was asked for by this process. */
      reads: count,
    }),
  ),
});
export type NodeHealth = z.infer<typeof NodeHealth>;

/** Of the process that answers, those that took the most time in all first. */
export const ListStatementsInput = z.strictObject({
  limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
});
const milliseconds = z.number().min(0);
export const StatementList = z.object({
  node: z.string(),
  /** Different ones that it has asked for since its start. */
  total: count,
  items: z.array(
    z.object({
      name: z.string(),
      count,
      totalMs: milliseconds,
      meanMs: milliseconds,
      p95Ms: milliseconds,
      maxMs: milliseconds,
    }),
  ),
});
export type StatementList = z.infer<typeof StatementList>;

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
