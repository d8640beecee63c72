import type { Dialect } from '../../db/dialect.js';
import { statement, type Statement } from '../../db/statement.js';
import type { LogConsumer } from './logConsumer.js';

// What was there when a consumer first ran is not news to it; what is made later is, from its first event on.
export const register = statement(
  'consumers.register',
  `INSERT INTO log_consumers (name, seen_at, created_at, updated_at) VALUES ($1, $2, $2, $2)
   ON CONFLICT (name) DO NOTHING RETURNING name`,
);
export const seen = statement(
  'consumers.seen',
  'UPDATE log_consumers SET seen_at = $2, updated_at = $2 WHERE name = $1',
);

const newCursors = (what: string, where: string, d: Dialect): string =>
  `INSERT INTO log_cursors (consumer, project_id, seq, attempts, created_at, updated_at)
   SELECT ${d.cast('$1', '')}, c.project_id, ${what}, 0, ${d.cast('$2', 'DATE')}, ${d.cast('$2', 'DATE')}
   FROM project_counters c ${where}`;

export const beginAtHeads = statement('consumers.beginAtHeads', (d) =>
  newCursors('c.event_seq', 'ORDER BY c.project_id', d),
);
export const beginAtZero = statement(
  'consumers.beginAtZero',
  (d) => `${newCursors('0', 'WHERE c.project_id = $3', d)} ON CONFLICT (consumer, project_id) DO NOTHING`,
);

const ownCursor = 'LEFT JOIN log_cursors k ON k.consumer = $1 AND k.project_id = c.project_id';
const isBehind = 'c.event_seq > COALESCE(k.seq, 0)';

/** The looks of a consumer for projects with events that it has not handled, and is not to wait for. */
export interface Looks {
  /** $3: the projects. Of those that are of interest it says whether there is anything to do now. */
  readonly among: Statement;
  /** $3: since when events were written. Costs by how many those are, and by nothing else. */
  readonly recent: Statement;
  readonly all: Statement;
  /** Moves the cursors of projects that are of no interest to their heads; null: there are none such. */
  readonly pass: Statement | null;
}

export function looksOf({ name, interest }: Pick<LogConsumer, 'name' | 'interest'>): Looks {
  const isDue = `${isBehind} AND (k.retry_at IS NULL OR k.retry_at <= $2)`;
  const isOfInterest = interest ?? 'TRUE';
  const look = (kind: string, where: (d: Dialect) => string): Statement =>
    statement(
      `consumers.${kind}.${name}`,
      (d) => `SELECT c.project_id FROM project_counters c ${ownCursor} WHERE ${isDue} AND ${isOfInterest}${where(d)}`,
    );
  return {
    among: statement(
      `consumers.among.${name}`,
      (d) => `SELECT c.project_id, CASE WHEN ${isDue} THEN 1 ELSE 0 END AS is_due FROM project_counters c ${ownCursor}
       WHERE ${d.anyOf('c.project_id', '$3')} AND ${isOfInterest}`,
    ),
    recent: look(
      'recent',
      () => ` AND c.project_id IN (SELECT e.project_id FROM events e WHERE e.at > $3
         UNION ALL SELECT r.project_id FROM log_cursors r WHERE r.consumer = $1 AND r.retry_at <= $2)`,
    ),
    all: look('all', () => ''),
    // One snapshot: whoever makes the project interesting meanwhile does so at a number that lies after this head.
    pass: interest
      ? statement(
          `consumers.pass.${name}`,
          (
            d,
          ) => `${newCursors('c.event_seq', `${ownCursor} WHERE ${isBehind} AND NOT (${interest}) ORDER BY c.project_id`, d)}
           ON CONFLICT (consumer, project_id) DO UPDATE SET seq = excluded.seq, attempts = 0, retry_at = NULL, updated_at = $2
           WHERE log_cursors.seq < excluded.seq`,
        )
      : null,
  };
}

/** Whoever finds it locked leaves the project to the other, and looks again a moment later. */
export const claim = statement(
  'consumers.claim',
  (d) => `SELECT k.seq, k.retry_at, c.event_seq, c.event_min_seq FROM log_cursors k
   JOIN project_counters c ON c.project_id = k.project_id
   WHERE k.consumer = $1 AND k.project_id = $2 ${d.name === 'postgres' ? 'FOR UPDATE OF k SKIP LOCKED' : ''}`,
);
export const findCursor = statement(
  'consumers.cursor',
  'SELECT seq FROM log_cursors WHERE consumer = $1 AND project_id = $2',
);
export const advance = statement(
  'consumers.advance',
  'UPDATE log_cursors SET seq = $3, attempts = 0, retry_at = NULL, updated_at = $4 WHERE consumer = $1 AND project_id = $2',
);
export const noteFailure = statement(
  'consumers.noteFailure',
  `UPDATE log_cursors SET attempts = attempts + 1, updated_at = $4
   WHERE consumer = $1 AND project_id = $2 AND seq = $3 RETURNING attempts`,
);
export const waitUntil = statement(
  'consumers.waitUntil',
  'UPDATE log_cursors SET retry_at = $3 WHERE consumer = $1 AND project_id = $2',
);
