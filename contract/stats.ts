import { z } from 'zod';
import { limits } from './limits.js';
import { Category, Priority, TicketStatus } from './ticket.js';
import { count, Day, Id } from './text.js';

/** Left out: all projects where the caller is staff; for administrators, all there are. */
export const DashboardInput = z.strictObject({ projectId: Id.optional() });
export const StatsAssignmentsInput = z.strictObject({ projectId: Id.optional() });

const DAY_MS = 86_400_000;
/** From the first of these UTC days to the last, both included. */
const days = z
  .strictObject({ projectId: Id.optional(), from: Day, to: Day })
  .refine(({ from, to }) => from <= to, { message: 'ends before it begins', path: ['to'] })
  .refine(({ from, to }) => (Date.parse(to) - Date.parse(from)) / DAY_MS < limits.statsDaysMax, {
    message: `is more than ${limits.statsDaysMax} days`,
    path: ['to'],
  });
export const ThroughputInput = days;
export const TimeToResolveInput = days;

/** `open` are OPEN, IN_PROGRESS and REVIEW, `resolved` are RESOLVED and CLOSED; `points` are those of the open ones. */
const group = { open: count, resolved: count, byStatus: z.record(TicketStatus, count), points: z.int().min(0) };

/** Deleted tickets are nowhere counted. Groups without a ticket are left out of departments and assignees; null: none. */
export const Dashboard = z.object({
  projectId: Id.nullable(),
  ...group,
  /** Open ones that were due before today, UTC. */
  overdue: count,
  /** Open ones that nobody holds. */
  unassigned: count,
  byPriority: z.array(z.object({ priority: Priority, ...group })),
  byCategory: z.array(z.object({ category: Category, ...group })),
  byDepartment: z.array(z.object({ departmentId: Id.nullable(), name: z.string().nullable(), ...group })),
  /** The most open ones first, at most 1,000 people. Nobody holds a closed ticket. */
  byAssignee: z.array(z.object({ userId: Id.nullable(), name: z.string().nullable(), ...group })),
});
export type Dashboard = z.infer<typeof Dashboard>;

/**
 * Whoever works in these projects or holds something there. `activeAssignments`, and `points` of the unfinished tickets among
 * them, are of these projects; `workload` is of all projects, to be held against `capacity`, in story points. Null: no profile.
 */
export const StatsAssignments = z.object({
  projectId: Id.nullable(),
  /** The most points first, at most 1,000 people. */
  people: z.array(
    z.object({
      userId: Id,
      name: z.string(),
      activeAssignments: count,
      points: z.int().min(0),
      workload: count.nullable(),
      capacity: count.nullable(),
    }),
  ),
});
export type StatsAssignments = z.infer<typeof StatsAssignments>;

/**
 * Every day of the range, oldest first. A ticket counts where it is now, by the times it has now: what was opened again is not
 * resolved, and what was moved or deleted was never here.
 */
export const Throughput = z.object({
  projectId: Id.nullable(),
  days: z.array(z.object({ day: Day, created: count, resolved: count, closed: count })),
});
export type Throughput = z.infer<typeof Throughput>;

/** Half took no longer than `p50Ms`, nine tenths no longer than `p90Ms`, each at most 1.6 % off the exact time; null without any. */
const times = z.object({ count, p50Ms: z.int().min(0).nullable(), p90Ms: z.int().min(0).nullable() });
/** From creation to the first public answer of staff, and to resolution, of tickets answered or resolved on these days. */
export const TimeToResolve = z.object({ projectId: Id.nullable(), firstResponse: times, resolution: times });
export type TimeToResolve = z.infer<typeof TimeToResolve>;
