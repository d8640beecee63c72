import type { Command } from 'commander';
import { addDbBackup } from './dbBackup.js';
import { addDbCleanup } from './dbCleanup.js';
import { addDbCopy } from './dbCopy.js';
import { addDbCreateMigration } from './dbCreateMigration.js';
import { addDbExport } from './dbExport.js';
import { addDbInit } from './dbInit.js';
import { addDbMigrate } from './dbMigrate.js';
import { addDbOptimize } from './dbOptimize.js';
import { addDbReset } from './dbReset.js';
import { addDbRestore } from './dbRestore.js';
import { addDbRollback } from './dbRollback.js';
import { addDbStats } from './dbStats.js';
import { addDbStatus } from './dbStatus.js';
import { addDbValidate } from './dbValidate.js';

const commands = [
  addDbInit,
  addDbMigrate,
  addDbRollback,
  addDbStatus,
  addDbCreateMigration,
  addDbBackup,
  addDbRestore,
  addDbCopy,
  addDbExport,
  addDbValidate,
  addDbStats,
  addDbOptimize,
  addDbCleanup,
  addDbReset,
];

export function addDb(program: Command): void {
  const db = program.command('db').summary('the database').description('The database that DATABASE_URL names.');
  for (const add of commands) add(db);
}
