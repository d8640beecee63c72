import type { Migration } from '../../../server/db/migration.js';

export const up: Migration = async ({ context, transaction }) => {
  await context.sequelize.query('CREATE TABLE whole (n INTEGER)', { transaction });
};
export const down: Migration = async ({ context, transaction }) => {
  await context.sequelize.query('DROP TABLE whole', { transaction });
};
