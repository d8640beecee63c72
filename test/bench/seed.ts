import { openDatabase, type Database } from '../../server/db/database.js';
import { createMigrator } from '../../server/db/migrator.js';
import { createLogger } from '../../server/kernel/logger.js';
import { runSql } from '../support/postgresServer.js';
import { databaseOn } from './services.js';
import { prefixOf, size, type Noun } from './world.js';

type Hex = (number: string) => string;

const DAY = "'2026-11-22 00:00:00.000 +00:00'";
const STAMPS = `${DAY}, ${DAY}`;
const count = (last: number) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last})`;

/** The same world in both databases; `hex` writes a number as 12 hexadecimal digits. */
function statements(hex: Hex): string[] {
  const id = (noun: Noun, number: string) => `'${prefixOf(noun)}' || ${hex(number)}`;
  const { people, projects, tickets, held, storyPoints } = size;
  const project = `((i - 1) % ${projects} + 1)`;
  const number = `((i - 1) / ${projects} + 1)`;
  const holder = `(i % ${people} + 1)`;
  // The person who publishes in the fan-out is the reporter of ticket 1: nobody's first response then.
  const reporter = `((i - 1) * 7 % ${people} + 1)`;
  return [
    `INSERT INTO users (id, email, name, role, password_hash, created_at, updated_at) ${count(people)}
     SELECT ${id('user', 'i')}, 'person' || i || '@example.com', 'Person ' || i, 'AGENT', '-', ${STAMPS} FROM n`,
    `INSERT INTO developers (id, user_id, name, current_workload, created_at, updated_at) ${count(people)}
     SELECT ${id('developer', 'i')}, ${id('user', 'i')}, 'Person ' || i, ${(held / people) * storyPoints}, ${STAMPS} FROM n`,
    `INSERT INTO user_feeds (user_id) ${count(people)} SELECT ${id('user', 'i')} FROM n`,
    `INSERT INTO refresh_tokens (id, user_id, token_hash, family_id, expires_at, created_at, updated_at) ${count(people)}
     SELECT ${id('session', 'i')}, ${id('user', 'i')}, 'hash ' || i, ${id('session', 'i')}, '2099-01-01 00:00:00.000 +00:00', ${STAMPS} FROM n`,
    `INSERT INTO projects (id, key, name, owner_id, created_at, updated_at) ${count(projects)}
     SELECT ${id('project', 'i')}, 'B' || i, 'Project ' || i, ${id('user', '1')}, ${STAMPS} FROM n`,
    `INSERT INTO project_counters (project_id, ticket_no, n_open) ${count(projects)}
     SELECT ${id('project', 'i')}, ${tickets / projects}, ${tickets / projects} FROM n`,
    `INSERT INTO project_members (id, project_id, user_id, role, created_at, updated_at) ${count(projects * people)}
     SELECT ${id('member', 'i')}, ${id('project', project)}, ${id('user', number)}, 'MEMBER', ${STAMPS} FROM n`,
    `INSERT INTO conversations (id, kind, project_id, created_at, updated_at) ${count(tickets)}
     SELECT ${id('conversation', 'i')}, 'TICKET', ${id('project', project)}, ${STAMPS} FROM n`,
    `INSERT INTO tickets (id, project_id, number, key, title, description, conversation_id, reporter_id, created_by,
       assignee_id, assignment_state, story_points, created_at, updated_at) ${count(tickets)}
     SELECT ${id('ticket', 'i')}, ${id('project', project)}, ${number}, 'B' || ${project} || '-' || ${number},
       'Printer ' || i || ' on the second floor', 'It prints every other page upside down.', ${id('conversation', 'i')},
       ${id('user', reporter)}, ${id('user', reporter)}, CASE WHEN i <= ${held} THEN ${id('user', holder)} END,
       CASE WHEN i <= ${held} THEN 'ASSIGNED' ELSE 'PENDING' END, ${storyPoints}, ${STAMPS} FROM n`,
    `INSERT INTO assignments (id, ticket_id, assignee_id, assigned_by, assigned_by_label, type, is_primary, assigned_at,
       created_at, updated_at) ${count(held)}
     SELECT ${id('assignment', 'i')}, ${id('ticket', 'i')}, ${id('user', holder)}, ${id('user', '1')}, 'Person 1', 'MANUAL',
       true, ${DAY}, ${STAMPS} FROM n`,
    // An empty table is planned for as one that stays empty: the plan would be kept when it has grown.
    `INSERT INTO idempotency_keys (user_id, key, procedure, request_hash, created_at) ${count(4_000)}
     SELECT ${id('user', `(i % ${people} + 1)`)}, 'seeded ' || i, 'seed', '-', ${DAY} FROM n`,
    'ANALYZE',
  ];
}

const hexes: Record<'postgres' | 'sqlite', Hex> = {
  postgres: (number) => `lpad(to_hex(${number}), 12, '0')`,
  sqlite: (number) => `printf('%012x', ${number})`,
};

let template: Promise<string> | null = null;
/** The name of a PostgreSQL database that holds the world: to be copied, and filled once in a run. */
export const seededTemplate = (adminUrl: string): Promise<string> => (template ??= makeTemplate(adminUrl));

async function makeTemplate(adminUrl: string): Promise<string> {
  await runSql(adminUrl, 'CREATE DATABASE seeded TEMPLATE template0');
  const seeded = databaseOn(adminUrl, 'seeded');
  await seedWorld(seeded);
  // Whoever comes first to a row would write down that it was committed, and autovacuum would come in the middle of the measurements.
  await runSql(seeded, 'VACUUM (FREEZE, ANALYZE)');
  return 'seeded';
}

/** Migrates an empty database and fills it. */
export const seedWorld = (url: string): Promise<void> =>
  migrate(url, async (db) => {
    for (const sql of statements(hexes[db.dialect.name])) await db.sequelize.query(sql);
  });

export async function migrate(url: string, andThen?: (db: Database) => Promise<void>): Promise<void> {
  const db = openDatabase({ url, poolSize: 2, ssl: false, prepared: true, log: createLogger('silent') });
  try {
    await createMigrator(db).up();
    await andThen?.(db);
  } finally {
    await db.close();
  }
}
