import { digestedTables, digestOf, type TableDigest } from '../../server/db/digest.js';
import type { Database } from '../../server/db/database.js';

/** What a server that runs writes by itself: how far the log was acted upon, and what waits for receivers. */
const byItself = new Set(['log_consumers', 'log_cursors', 'webhook_deliveries', 'webhook_lanes']);

/** A digest of all that is written because somebody asked for it. */
export const digestOfFacts = ({ sequelize }: Pick<Database, 'sequelize'>): Promise<Record<string, TableDigest>> =>
  digestOf(
    sequelize,
    digestedTables().filter((table) => !byItself.has(table)),
  );
