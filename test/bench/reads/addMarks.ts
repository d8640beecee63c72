import { openDatabase } from '../../../server/db/database.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { marks } from './readCases.js';

/** Each by the number of tickets among which one has it. */
interface Marks {
  readonly tags: Readonly<Record<string, number>>;
  readonly fields: Readonly<Record<string, number>>;
}

const STAMP = "'2026-11-22 00:00:00.000 +00:00'";

/** What `baton seed` gives no ticket: tags and values of custom fields, and one word that stands in one in fifty thousand. */
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
    await run(isPostgres ? 'VACUUM ANALYZE' : 'ANALYZE');
  } finally {
    await db.close();
  }
}
