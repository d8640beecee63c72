import { randomUUID } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import type { MigrationStep } from '../../server/db/migration.js';

/** Column definitions of one dialect: `name type`, with the checks that make SQLite as strict as PostgreSQL is by itself. */
export interface Columns {
  id(name?: string): string;
  short(name: string, max: number): string;
  text(name: string): string;
  oneOf(name: string, values: readonly string[]): string;
  instant(name: string): string;
  day(name: string): string;
  bool(name: string): string;
  json(name: string): string;
  int(name: string): string;
  small(name: string): string;
  real(name: string): string;
  /** `created_at` and `updated_at`. */
  timestamps(): string;
  /** `deleted_at`, `deleted_by`, `delete_reason`. */
  softDelete(): string;
  /** PostgreSQL's storage parameters; nothing on SQLite. */
  storage(parameters: string): string;
}

// Everything that is compared or sorted compares by bytes on both databases.
const postgres = {
  short: (name: string, max: number) => `${name} varchar(${max}) COLLATE "C"`,
  text: (name: string) => `${name} text`,
  instant: (name: string) => `${name} timestamptz(3)`,
  day: (name: string) => `${name} date`,
  bool: (name: string) => `${name} boolean`,
  json: (name: string) => `${name} jsonb`,
  int: (name: string) => `${name} integer`,
  small: (name: string) => `${name} smallint`,
  real: (name: string) => `${name} double precision`,
  storage: (parameters: string) => ` WITH (${parameters})`,
};

// Instants are text in exactly the form that Sequelize writes: in any other they would sort wrongly.
const sqlite: typeof postgres = {
  short: (name, max) => `${name} VARCHAR(${max}) CHECK (length(${name}) <= ${max})`,
  text: (name) => `${name} TEXT`,
  instant: (name) => `${name} DATETIME CHECK (${name} LIKE '____-__-__ __:__:__.___ +00:00')`,
  day: (name) => `${name} DATE CHECK (${name} LIKE '____-__-__')`,
  bool: (name) => `${name} TINYINT(1) CHECK (${name} IN (0, 1))`,
  json: (name) => `${name} JSON CHECK (json_valid(${name}))`,
  int: (name) => `${name} INTEGER CHECK (typeof(${name}) IN ('integer', 'null'))`,
  small: (name) => `${name} SMALLINT CHECK (typeof(${name}) IN ('integer', 'null'))`,
  real: (name) => `${name} DOUBLE PRECISION CHECK (typeof(${name}) IN ('real', 'integer', 'null'))`,
  storage: () => '',
};

export const isPostgres = (step: MigrationStep): boolean => step.context.sequelize.getDialect() === 'postgres';

export function columnsFor(step: MigrationStep): Columns {
  const types = isPostgres(step) ? postgres : sqlite;
  const id = (name = 'id') => types.short(name, 36) + (name === 'id' ? ' NOT NULL PRIMARY KEY' : '');
  return {
    ...types,
    id,
    oneOf: (name, values) =>
      `${types.short(name, 30)} CHECK (${name} IN (${values.map((value) => `'${value}'`).join(', ')}))`,
    timestamps: () => `${types.instant('created_at')} NOT NULL,\n${types.instant('updated_at')} NOT NULL`,
    softDelete: () =>
      [
        types.instant('deleted_at'),
        `${id('deleted_by')} REFERENCES users (id)`,
        types.short('delete_reason', 1000),
      ].join(',\n'),
  };
}

/** Holds when all three soft-delete columns are empty, or time and person are both given; the reason may be left out. */
export const softDeleteTogether = (table: string): string =>
  `CONSTRAINT ${table}_deleted_together CHECK ((deleted_at IS NULL) = (deleted_by IS NULL) AND (deleted_at IS NOT NULL OR delete_reason IS NULL))`;

/** Runs statements one after the other inside the migration's transaction. */
export async function run(step: MigrationStep, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await step.context.sequelize.query(statement, { transaction: step.transaction, raw: true });
  }
}

/** Drops tables in the order given: children first. */
export const dropTables = (step: MigrationStep, tables: readonly string[]): Promise<void> =>
  run(
    step,
    tables.map((table) => `DROP TABLE ${table}`),
  );

/** Drops indexes by name. */
export const dropIndexes = (step: MigrationStep, names: readonly string[]): Promise<void> =>
  run(
    step,
    names.map((name) => `DROP INDEX ${name}`),
  );

/** Inserts one row; values are bound. */
export async function insertRow(
  step: MigrationStep,
  table: string,
  row: Record<string, string | number>,
): Promise<void> {
  const names = Object.keys(row);
  await step.context.sequelize.query(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
    { transaction: step.transaction, bind: Object.values(row), type: QueryTypes.INSERT },
  );
}

/** A moment in the text form that both databases read and SQLite sorts by. */
export const instantText = (moment: Date): string => moment.toISOString().replace('T', ' ').replace('Z', ' +00:00');

export const newUuid = (): string => randomUUID();
