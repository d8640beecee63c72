import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, insertRow, instantText, newUuid, run, type Columns } from './support/sql.js';

const installation = (c: Columns) => `CREATE TABLE installation (
  ${c.id()} CHECK (id = 'baton'),
  ${c.id('epoch')} NOT NULL,
  ${c.timestamps()}
)`;

const departments = (c: Columns) => `CREATE TABLE departments (
  ${c.id()},
  ${c.short('name', 120)} NOT NULL CONSTRAINT departments_name_unique UNIQUE,
  ${c.text('description')} NOT NULL DEFAULT '',
  ${c.bool('active')} NOT NULL DEFAULT true,
  ${c.timestamps()}
)`;

const users = (c: Columns) => `CREATE TABLE users (
  ${c.id()},
  ${c.short('email', 254)} NOT NULL CONSTRAINT users_email_unique UNIQUE,
  ${c.short('username', 39)} CONSTRAINT users_username_unique UNIQUE,
  ${c.short('name', 120)} NOT NULL,
  ${c.oneOf('role', ['ADMIN', 'AGENT', 'CUSTOMER'])} NOT NULL,
  ${c.short('password_hash', 255)} NOT NULL,
  ${c.short('title', 120)},
  ${c.short('avatar_url', 500)},
  ${c.id('department_id')} REFERENCES departments (id),
  ${c.bool('active')} NOT NULL DEFAULT true,
  ${c.bool('must_change_password')} NOT NULL DEFAULT false,
  ${c.bool('is_demo')} NOT NULL DEFAULT false,
  ${c.timestamps()},
  CONSTRAINT users_email_normalised CHECK (email = lower(trim(email)) AND email <> '')
)`;

const refreshTokens = (c: Columns) => `CREATE TABLE refresh_tokens (
  ${c.id()},
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.short('token_hash', 128)} NOT NULL CONSTRAINT refresh_tokens_token_hash_unique UNIQUE,
  ${c.id('family_id')} NOT NULL,
  ${c.instant('expires_at')} NOT NULL,
  ${c.instant('used_at')},
  ${c.instant('revoked_at')},
  ${c.id('replaced_by_id')} REFERENCES refresh_tokens (id),
  ${c.short('user_agent', 500)},
  ${c.short('ip', 64)},
  ${c.timestamps()}
)`;

const apiKeys = (c: Columns) => `CREATE TABLE api_keys (
  ${c.id()},
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.short('name', 120)} NOT NULL,
  ${c.short('prefix', 32)} NOT NULL,
  ${c.short('key_hash', 128)} NOT NULL CONSTRAINT api_keys_key_hash_unique UNIQUE,
  ${c.json('scopes')} NOT NULL,
  ${c.instant('expires_at')},
  ${c.instant('last_used_at')},
  ${c.instant('revoked_at')},
  ${c.timestamps()}
)`;

const developers = (c: Columns) => `CREATE TABLE developers (
  ${c.id()},
  ${c.id('user_id')} NOT NULL CONSTRAINT developers_user_id_unique UNIQUE REFERENCES users (id),
  ${c.short('name', 120)} NOT NULL CONSTRAINT developers_name_unique UNIQUE,
  ${c.short('title', 120)},
  ${c.real('experience_years')} NOT NULL DEFAULT 0 CHECK (experience_years >= 0),
  ${c.real('availability')} NOT NULL DEFAULT 1 CHECK (availability BETWEEN 0 AND 1),
  ${c.int('capacity')} NOT NULL DEFAULT 40 CHECK (capacity >= 0),
  ${c.int('current_workload')} NOT NULL DEFAULT 0 CHECK (current_workload >= 0),
  ${c.short('timezone', 64)} NOT NULL DEFAULT 'UTC',
  ${c.instant('out_of_office_from')},
  ${c.instant('out_of_office_to')},
  ${c.timestamps()},
  CONSTRAINT developers_out_of_office_order CHECK (out_of_office_to >= out_of_office_from)
)${c.storage('fillfactor = 50')}`;

const skills = (c: Columns) => `CREATE TABLE skills (
  ${c.id()},
  ${c.short('name', 120)} NOT NULL,
  ${c.json('aliases')} NOT NULL DEFAULT '[]',
  ${c.timestamps()}
)`;

const developerSkills = (c: Columns) => `CREATE TABLE developer_skills (
  ${c.id()},
  ${c.id('developer_id')} NOT NULL REFERENCES developers (id),
  ${c.id('skill_id')} NOT NULL REFERENCES skills (id),
  ${c.int('level')} NOT NULL CHECK (level BETWEEN 1 AND 5),
  ${c.timestamps()},
  CONSTRAINT developer_skills_pair_unique UNIQUE (developer_id, skill_id)
)`;

const indexes = [
  'CREATE UNIQUE INDEX skills_name_unique ON skills (lower(name))',
  'CREATE INDEX users_department ON users (department_id) WHERE department_id IS NOT NULL',
  'CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id)',
  'CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id)',
  'CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at)',
  'CREATE INDEX refresh_tokens_replaced_by ON refresh_tokens (replaced_by_id) WHERE replaced_by_id IS NOT NULL',
  'CREATE INDEX api_keys_user ON api_keys (user_id)',
  'CREATE INDEX developer_skills_skill ON developer_skills (skill_id)',
];

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [installation(c), departments(c), users(c), refreshTokens(c), apiKeys(c)]);
  await run(step, [developers(c), skills(c), developerSkills(c), ...indexes]);
  // The epoch stands in every cursor: a database that was made anew or restored is another history.
  const now = instantText(new Date());
  await insertRow(step, 'installation', { id: 'baton', epoch: newUuid(), created_at: now, updated_at: now });
};

export const down: Migration = (step) =>
  dropTables(step, [
    'developer_skills',
    'skills',
    'developers',
    'api_keys',
    'refresh_tokens',
    'users',
    'departments',
    'installation',
  ]);
