import { adHoc } from '../db/statement.js';
import { schemaBy } from '../db/schema.js';
import { closeHandle, openHandle } from '../db/sqliteDriver.js';
import type { Walk } from './check.js';

/** Foreign keys as anti-joins: they hold even where the database was told not to look. */
export const references: Walk = {
  checks: [
    {
      name: 'references',
      says: 'what a row points at is there',
      advice: 'Bring back the row that is missing from a backup, or delete those that point at it.',
    },
  ],
  async walk({ all, dialect }, tell) {
    const schema = await schemaBy((sql) => all(adHoc(sql), []), dialect.name);
    for (const [table, { foreignKeys }] of Object.entries(schema))
      for (const key of foreignKeys) {
        const [, column, parent, id] = /^(\w+) -> (\w+)\.(\w+)$/.exec(key) ?? [];
        const sql = `SELECT count(*) AS n FROM ${table} c LEFT JOIN ${parent} p ON p.${id} = c.${column}
          WHERE c.${column} IS NOT NULL AND p.${id} IS NULL`;
        const [row] = await all<{ n: number | string }>(adHoc(sql), []);
        const n = Number(row?.n ?? 0);
        if (n === 0) continue;
        tell('references', `${table}.${column}: ${n} rows point at no row of ${parent}`);
        if (n > 1) tell('references', '', n - 1);
      }
  },
};

/** What SQLite says of its own file; PostgreSQL looks after its files itself. */
export const soundness: Walk = {
  checks: [
    {
      name: 'file',
      says: 'the file of the database is sound',
      advice: 'Restore a backup: baton db restore.',
    },
  ],
  async walk({ file }, tell) {
    if (file === null) return;
    // On a handle of its own: one that has read the search index before takes what others wrote to it since for damage.
    const handle = await openHandle(file);
    try {
      const rows = await handle.runPrepared<{ integrity_check: string }>(adHoc('PRAGMA integrity_check'), []);
      for (const { integrity_check: word } of rows) if (word !== 'ok') tell('file', word);
    } finally {
      await closeHandle(handle);
    }
  },
};
