import type { z } from 'zod';
import { limits } from '../../../contract/limits.js';
import type {
  StatsAssignments,
  StatsAssignmentsInput,
  Throughput,
  ThroughputInput,
  TimeToResolve,
  TimeToResolveInput,
} from '../../../contract/stats.js';
import type { Database } from '../../db/database.js';
import { middleOf } from '../../db/durationBuckets.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { statsScope } from './statsScope.js';

const readPeople = statement(
  'stats.people',
  (d) => `SELECT u.id, u.name, s.n, s.points, v.current_workload AS workload, v.capacity FROM users u
   LEFT JOIN developers v ON v.user_id = u.id
   LEFT JOIN (
     SELECT value, sum(n_open + n_in_progress + n_review + n_resolved) AS n, sum(points) AS points FROM ticket_stats
     WHERE ${d.anyOf('project_id', '$1')} AND dimension IN ('ASSIGNEE', 'HELPER') GROUP BY value) s ON s.value = u.id
   WHERE s.n > 0 OR (u.active AND u.role <> 'CUSTOMER' AND EXISTS (SELECT 1 FROM project_members m
     WHERE m.user_id = u.id AND m.role <> 'CUSTOMER' AND ${d.anyOf('m.project_id', '$1')}))
   ORDER BY coalesce(s.points, 0) DESC, coalesce(s.n, 0) DESC, u.name, u.id LIMIT ${limits.statsPeopleMax}`,
);

/**
 * Who has how much to do.
 * @throws NOT_FOUND not inside `projectId`; FORBIDDEN for customers.
 */
export async function statsAssignments(
  db: Database,
  actor: Actor,
  { projectId }: z.output<typeof StatsAssignmentsInput>,
): Promise<StatsAssignments> {
  const projects = await statsScope(db, actor, projectId);
  type Row = { id: string; name: string; n: number | string | null; points: number | string | null } & {
    workload: number | null;
    capacity: number | null;
  };
  const rows = await db.all<Row>(readPeople, [projects]);
  const people = rows.map(({ id, name, n, points, workload, capacity }) => ({
    userId: id,
    name,
    activeAssignments: Number(n),
    points: Number(points),
    workload,
    capacity,
  }));
  return { projectId: projectId ?? null, people };
}

const readDays = statement(
  'stats.throughput',
  (d) => `SELECT CAST(day AS text) AS day, measure, sum(n) AS n FROM daily_stats
   WHERE ${d.anyOf('project_id', '$1')} AND measure IN ('CREATED', 'RESOLVED', 'CLOSED') AND day BETWEEN $2 AND $3
   GROUP BY day, measure`,
);
const DAY_MS = 86_400_000;

/** @throws NOT_FOUND not inside `projectId`; FORBIDDEN for customers. */
export async function throughput(
  db: Database,
  actor: Actor,
  { projectId, from, to }: z.output<typeof ThroughputInput>,
): Promise<Throughput> {
  const projects = await statsScope(db, actor, projectId);
  type Row = { day: string; measure: 'CREATED' | 'RESOLVED' | 'CLOSED'; n: number | string };
  const rows = await db.all<Row>(readDays, [projects, from, to]);
  const counts = new Map(rows.map(({ day, measure, n }) => [`${measure} ${day}`, Number(n)]));
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  const days = Array.from({ length }, (_, index) => {
    const day = new Date(Date.parse(from) + index * DAY_MS).toISOString().slice(0, 10);
    const of = (measure: Row['measure']) => counts.get(`${measure} ${day}`) ?? 0;
    return { day, created: of('CREATED'), resolved: of('RESOLVED'), closed: of('CLOSED') };
  });
  return { projectId: projectId ?? null, days };
}

const readTimes = statement(
  'stats.times',
  (d) => `SELECT measure, bucket, sum(n) AS n FROM daily_stats
   WHERE ${d.anyOf('project_id', '$1')} AND measure IN ('RESPONSE_TIME', 'RESOLUTION_TIME') AND day BETWEEN $2 AND $3
   GROUP BY measure, bucket ORDER BY bucket`,
);
interface Bucket {
  readonly bucket: number;
  readonly n: number;
}

/**
 * How long it took, from the kept histograms.
 * @throws NOT_FOUND not inside `projectId`; FORBIDDEN for customers.
 * @see durationBuckets.ts
 */
export async function timeToResolve(
  db: Database,
  actor: Actor,
  { projectId, from, to }: z.output<typeof TimeToResolveInput>,
): Promise<TimeToResolve> {
  const projects = await statsScope(db, actor, projectId);
  type Row = { measure: string; bucket: number; n: number | string };
  const rows = await db.all<Row>(readTimes, [projects, from, to]);
  const of = (wanted: string) =>
    timesOf(rows.filter(({ measure }) => measure === wanted).map(({ bucket, n }) => ({ bucket, n: Number(n) })));
  return { projectId: projectId ?? null, firstResponse: of('RESPONSE_TIME'), resolution: of('RESOLUTION_TIME') };
}

function timesOf(buckets: readonly Bucket[]): TimeToResolve['resolution'] {
  const count = buckets.reduce((sum, { n }) => sum + n, 0);
  return { count, p50Ms: quantile(buckets, count, 0.5), p90Ms: quantile(buckets, count, 0.9) };
}

/** The time that the given share of all took at most: by the nearest rank. */
function quantile(buckets: readonly Bucket[], count: number, share: number): number | null {
  let left = Math.ceil(count * share);
  for (const { bucket, n } of buckets) {
    left -= n;
    if (left <= 0 && n > 0) return middleOf(bucket);
  }
  return null;
}
