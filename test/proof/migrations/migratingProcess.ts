import { openDatabase, type Database } from '../../../server/db/database.js';
import { createMigrator } from '../../../server/db/migrator.js';
import { createLogger } from '../../../server/kernel/logger.js';

// A process that migrates whatever database it is told, as a node does before it serves, and says what it ran.
// PLANT=alone: as if nobody had thought of others that do the same.

export interface MigrateRequest {
  readonly url: string;
  /** How many to roll back afterwards, newest first. */
  readonly down: number;
}
export interface MigrateReply {
  readonly ran: readonly string[];
  readonly error: string | null;
}

type Query = (sql: string, options?: { readonly transaction?: object }) => Promise<unknown>;

function forgetOthers({ sequelize }: Database): void {
  const holder = sequelize as unknown as { query: Query };
  const query = holder.query.bind(sequelize);
  holder.query = async (sql, options) => {
    if (sql.includes('pg_advisory_xact_lock')) return null;
    // Nor is the book looked into again by who has got the lock.
    return sql.startsWith('SELECT name FROM') && options?.transaction ? [] : query(sql, options);
  };
}

async function migrate({ url, down }: MigrateRequest): Promise<MigrateReply> {
  const db = openDatabase({ url, poolSize: 2, ssl: false, prepared: true, log: createLogger('silent') });
  if (process.env['PLANT'] === 'alone') forgetOthers(db);
  try {
    const migrator = createMigrator(db);
    const ran = await migrator.up();
    if (down > 0) await migrator.down({ steps: down });
    return { ran, error: null };
  } catch (error) {
    return { ran: [], error: error instanceof Error ? error.message : String(error) };
  } finally {
    await db.close();
  }
}

process.on('message', (request: MigrateRequest) => void migrate(request).then((reply) => process.send?.(reply)));
process.once('disconnect', () => process.exit());
