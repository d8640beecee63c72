import type { Database } from '../db/database.js';
import { adHoc, type RunStatement } from '../db/statement.js';

export interface TableSize {
  readonly table: string;
  readonly rows: number;
  /** Of the rows, and of the indexes on them. */
  readonly bytes: number;
  readonly indexBytes: number;
}
export interface ProjectSize {
  readonly key: string;
  readonly tickets: number;
  readonly open: number;
  /** The last number of its stream, and the oldest that is still kept. */
  readonly head: number;
  readonly oldest: number;
}
export interface DatabaseSize {
  readonly dialect: string;
  readonly version: string;
  readonly bytes: number;
  /** The largest first. */
  readonly tables: readonly TableSize[];
  readonly indexes: readonly { readonly index: string; readonly table: string; readonly bytes: number }[];
  readonly projects: readonly ProjectSize[];
  readonly feeds: { readonly people: number; readonly events: number };
  readonly attachments: { readonly files: number; readonly bytes: number };
}

const versions = { postgres: 'SHOW server_version', sqlite: 'SELECT sqlite_version() AS server_version' };
const totals = {
  postgres: 'SELECT pg_database_size(current_database()) AS n',
  sqlite: 'SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()',
};
const tableSizes = {
  postgres: `SELECT c.relname AS name, pg_table_size(c.oid) AS bytes, pg_indexes_size(c.oid) AS index_bytes FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'`,
  // The tables that a full-text index lies in are named after it.
  sqlite: `SELECT m.name, coalesce((SELECT pgsize FROM dbstat WHERE name = m.name AND aggregate = true), 0) AS bytes,
      (SELECT coalesce(sum(d.pgsize), 0) FROM sqlite_master i JOIN dbstat d ON d.name = i.name AND d.aggregate = true
        WHERE i.type = 'index' AND i.tbl_name = m.name) AS index_bytes
    FROM sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.sql NOT LIKE 'CREATE VIRTUAL%'`,
};
const indexSizes = {
  postgres: `SELECT i.relname AS "index", t.relname AS "table", pg_relation_size(i.oid) AS bytes FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relnamespace = current_schema()::regnamespace ORDER BY 3 DESC, 1`,
  sqlite: `SELECT i.name AS "index", i.tbl_name AS "table", d.pgsize AS bytes FROM sqlite_master i
    JOIN dbstat d ON d.name = i.name AND d.aggregate = true WHERE i.type = 'index' ORDER BY 3 DESC, 1`,
};
const projectsSql = `SELECT p.key, c.event_seq, c.event_min_seq, c.n_open + c.n_in_progress + c.n_review AS open,
    c.n_open + c.n_in_progress + c.n_review + c.n_resolved + c.n_closed AS tickets
  FROM projects p JOIN project_counters c ON c.project_id = p.id ORDER BY c.event_seq DESC, p.key LIMIT $1`;

type Numbers = Readonly<Record<string, number | string>>;

/** How large everything is. Rows are counted, all others are figures that the database has. */
export async function sizesOf(
  { dialect }: Pick<Database, 'dialect'>,
  all: RunStatement,
  projects = 20,
): Promise<DatabaseSize> {
  const one = async (sql: string): Promise<Numbers> => (await all<Numbers>(adHoc(sql), []))[0] ?? {};
  const { name } = dialect;
  const tables: TableSize[] = [];
  type Sized = { name: string; bytes: number | string; index_bytes: number | string };
  for (const { name: table, bytes, index_bytes } of await all<Sized>(adHoc(tableSizes[name]), [])) {
    const { n } = await one(`SELECT count(*) AS n FROM ${table}`);
    tables.push({ table, rows: Number(n), bytes: Number(bytes), indexBytes: Number(index_bytes) });
  }
  type Index = { index: string; table: string; bytes: number | string };
  const indexes = await all<Index>(adHoc(indexSizes[name]), []);
  type Project = { key: string; event_seq: number; event_min_seq: number; open: number; tickets: number };
  const people = await one(
    'SELECT count(*) AS people, coalesce(sum(feed_seq - feed_min_seq + 1), 0) AS events FROM user_feeds',
  );
  const files = await one('SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM stored_files');
  return {
    dialect: name,
    version: String((await one(versions[name]))['server_version']),
    bytes: Number((await one(totals[name]))['n']),
    tables: tables.toSorted((a, b) => b.bytes + b.indexBytes - a.bytes - a.indexBytes || (a.table < b.table ? -1 : 1)),
    indexes: indexes.map((index) => ({ ...index, bytes: Number(index.bytes) })),
    projects: (await all<Project>(adHoc(projectsSql), [projects])).map(({ event_seq, event_min_seq, ...project }) => ({
      ...project,
      head: event_seq,
      oldest: event_min_seq,
    })),
    feeds: { people: Number(people['people']), events: Number(people['events']) },
    attachments: { files: Number(files['files']), bytes: Number(files['bytes']) },
  };
}
