import type { Migration, MigrationStep } from '../server/db/migration.js';
import { isPostgres, run } from './support/sql.js';

const indexes = ['ticket_search_words', 'comment_search_words', 'message_search_words'];

const change = (step: MigrationStep, what: string): Promise<void> =>
  run(step, isPostgres(step) ? indexes.map((index) => `ALTER INDEX ${index} ${what}`) : []);

/**
 * PostgreSQL keeps new words aside and sorts them in when they are much: 4 MB took whoever wrote last a tenth of a second, and all
 * searches read through them until then.
 */
export const up: Migration = (step) => change(step, 'SET (gin_pending_list_limit = 1024)');
export const down: Migration = (step) => change(step, 'RESET (gin_pending_list_limit)');
