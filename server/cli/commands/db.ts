import type { Command } from 'commander';
import { addDbCreateMigration } from './dbCreateMigration.js';
import { addDbInit } from './dbInit.js';
import { addDbMigrate } from './dbMigrate.js';
import { addDbReset } from './dbReset.js';
import { addDbRollback } from './dbRollback.js';
import { addDbStatus } from './dbStatus.js';

export function addDb(program: Command): void {
  const db = program.command('db').summary('the database').description('The database that DATABASE_URL names.');
  for (const add of [addDbInit, addDbMigrate, addDbRollback, addDbStatus, addDbCreateMigration, addDbReset]) add(db);
}
