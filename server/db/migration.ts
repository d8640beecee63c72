import type { QueryInterface, Transaction } from 'sequelize';

/** What a migration or seeder works with: every statement goes through `transaction`, so that it happens whole or not at all. */
export interface MigrationStep {
  readonly context: QueryInterface;
  readonly transaction: Transaction;
}

/** The `up` and the `down` of a file in migrations/ or seeders/. Imports no model: it must still run when models moved on. */
export type Migration = (step: MigrationStep) => Promise<void>;
