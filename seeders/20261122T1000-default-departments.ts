import { QueryTypes } from 'sequelize';
import { defaultDepartments } from '../contract/department.js';
import type { Migration } from '../server/db/migration.js';
import { newId } from '../server/kernel/ids.js';

const descriptions: Record<(typeof defaultDepartments)[number], string> = {
  Engineering: 'Builds and repairs the product.',
  Support: 'Answers customers and takes their reports.',
  Sales: 'Offers, contracts and renewals.',
  Marketing: 'Website, campaigns and events.',
  Finance: 'Invoices, payments and refunds.',
  Operations: 'Servers, networks and everything that must stay up.',
};

/** The departments that every installation begins with; one that is there under its name already stays as it is. */
export const up: Migration = async ({ context, transaction }) => {
  const now = new Date().toISOString().replace('T', ' ').replace('Z', ' +00:00');
  for (const name of defaultDepartments) {
    await context.sequelize.query(
      `INSERT INTO departments (id, name, description, active, created_at, updated_at) VALUES ($1, $2, $3, true, $4, $4)
       ON CONFLICT (name) DO NOTHING`,
      { bind: [newId(), name, descriptions[name], now], transaction, type: QueryTypes.INSERT },
    );
  }
};

/** Takes away those that nobody uses. */
export const down: Migration = async ({ context, transaction }) => {
  for (const name of defaultDepartments) {
    await context.sequelize.query(
      `DELETE FROM departments WHERE name = $1
         AND NOT EXISTS (SELECT 1 FROM users WHERE department_id = departments.id)
         AND NOT EXISTS (SELECT 1 FROM tickets WHERE department_id = departments.id)`,
      { bind: [name], transaction, type: QueryTypes.DELETE },
    );
  }
};
