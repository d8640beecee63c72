import { openDatabase } from '../../../server/db/database.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { marks } from './readCases.js';

/** Each by the number of tickets among which one has it. */
interface Marks {
  readonly tags: Readonly<Record<string, number>>;
  readonly fields: Readonly<Record<string, number>>;
}

const STAMP = "'2026-11-22 00:00:00.000 +00:00'";

/** All tickets of the largest project have clocks: those of open ones run, one in fifty is late, of one in five thousand it was warned. */
function clocksSql(isPostgres: boolean): string {
  const [object, none] = isPostgres ? ['jsonb_build_object', 'NULL::text'] : ['json_object', 'NULL'];
  const clock = (
    breached: string,
    warned: string,
  ) => `${object}('startedAt', '2025-01-01T00:00:00.000Z', 'warnAt', '2025-05-01T00:00:00.000Z',
    'dueAt', '2026-12-31T00:00:00.000Z', 'pausedAt', ${none}, 'pausedMs', 0, 'warnedAt', ${warned}, 'breachedAt', ${breached},
    'stoppedAt', CASE WHEN status IN ('RESOLVED', 'CLOSED') THEN '2025-06-01T00:00:00.000Z' END)`;
  const each = (count: number, nth: number) =>
    `CASE WHEN number % ${count} = ${nth} THEN '2025-05-05T00:00:00.000Z' END`;
  return `UPDATE tickets SET sla = ${object}('policyId', 'policy', 'termsId', 'terms',
      'FIRST_RESPONSE', ${clock(each(50, 0), none)}, 'RESOLVE', ${clock(none, each(5_000, 3))})
    WHERE project_id = (SELECT project_id FROM project_counters ORDER BY ticket_no DESC, project_id LIMIT 1)`;
}

/** What `baton seed` gives no ticket: tags, values of custom fields, and clocks. */
export async function addMarks(url: string, { tags, fields }: Marks = marks): Promise<void> {
  const db = openDatabase({
    url,
    poolSize: 2,
    ssl: false,
    prepared: true,
    guardsQueries: false,
    log: createLogger('silent'),
  });
  const run = (sql: string) => db.sequelize.query(sql);
  const isPostgres = db.dialect.name === 'postgres';
  try {
    for (const [tag, every] of Object.entries(tags)) {
      await run(
        `INSERT INTO tags (id, name, name_key, created_at, updated_at) VALUES ('tag ${every}', '${tag}', '${tag}', ${STAMP}, ${STAMP})`,
      );
      await run(`INSERT INTO ticket_tags (ticket_id, tag_id, project_id, created_at, updated_at)
        SELECT id, 'tag ${every}', project_id, ${STAMP}, ${STAMP} FROM tickets WHERE number % ${every} = 1`);
      await run(`INSERT INTO project_tags (project_id, name_key, ticket_count)
        SELECT project_id, '${tag}', count(*) FROM tickets WHERE number % ${every} = 1 AND deleted_at IS NULL GROUP BY project_id`);
    }
    for (const [field, every] of Object.entries(fields)) {
      const set = isPostgres
        ? `custom_fields || '{"${field}": "yes"}'::jsonb`
        : `json_set(custom_fields, '$.${field}', 'yes')`;
      await run(`UPDATE tickets SET custom_fields = ${set} WHERE number % ${every} = 2`);
    }
    await run(clocksSql(isPostgres));
    await run(isPostgres ? 'VACUUM ANALYZE' : 'ANALYZE');
  } finally {
    await db.close();
  }
}
