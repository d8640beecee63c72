import type { Migration } from '../../../server/db/migration.js';

export const up: Migration = async ({ context, transaction }) => {
  await context.sequelize.query('CREATE TABLE half (n INTEGER)', { transaction });
  await context.sequelize.query('INSERT INTO whole (n) VALUES (1)', { transaction });
  throw new Error('the disk is full');
};
export const down: Migration = () => Promise.resolve();
