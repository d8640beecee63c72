import type { Migration, MigrationStep } from '../server/db/migration.js';
import { columnsFor, dropIndexes, isPostgres, run, type Columns } from './support/sql.js';

/** As `FIELD_VALUE_LENGTH` in server/db/fieldValues.ts. */
const LENGTH = 100;

const projectOf = (row: string) => `(SELECT t.project_id FROM tickets t WHERE t.id = ${row}.ticket_id)`;

/** What the database does whenever the fields of a ticket change: its values become rows; each is JSON, cut. */
function followFields(step: MigrationStep, isByProject: boolean): readonly string[] {
  const [column, project] = isByProject ? ['project_id, ', 'NEW.project_id, '] : ['', ''];
  const insert = `INSERT INTO ticket_field_values (key, value, ${column}ticket_id)`;
  const remove = 'DELETE FROM ticket_field_values WHERE ticket_id = NEW.id;';
  if (isPostgres(step))
    return [
      `CREATE OR REPLACE FUNCTION ticket_fields_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP = 'UPDATE' THEN ${remove} END IF;
         ${insert} SELECT e.key, left(e.value::text, ${LENGTH}), ${project}NEW.id FROM jsonb_each(NEW.custom_fields) e;
         RETURN NULL;
       END $$`,
    ];
  const values = `SELECT e.key, substr(CASE WHEN e.type IN ('true', 'false') THEN e.type ELSE json_quote(e.value) END, 1, ${LENGTH}),
    ${project}NEW.id FROM json_each(NEW.custom_fields) e;`;
  return [
    `CREATE TRIGGER ticket_fields_made AFTER INSERT ON tickets FOR EACH ROW WHEN NEW.custom_fields <> '{}'
       BEGIN ${insert} ${values} END`,
    `CREATE TRIGGER ticket_fields_changed AFTER UPDATE OF custom_fields ON tickets FOR EACH ROW
       WHEN OLD.custom_fields <> NEW.custom_fields BEGIN ${remove} ${insert} ${values} END`,
  ];
}

const move = ['ticket_tags', 'ticket_field_values']
  .map((table) => `UPDATE ${table} SET project_id = NEW.project_id WHERE ticket_id = NEW.id;`)
  .join(' ');

const place = (table: string, column: string): readonly string[] => [
  `ALTER TABLE ${table} ADD COLUMN ${column}`,
  `UPDATE ${table} SET project_id = ${projectOf(table)}`,
  // Said of rows that are there, all that they point to is looked up at once.
  `ALTER TABLE ${table} ALTER COLUMN project_id SET NOT NULL, ADD FOREIGN KEY (project_id) REFERENCES projects (id)`,
];
const valuesKey = (columns: string) => `ADD PRIMARY KEY (${columns})`;

const onPostgres = (c: Columns): readonly string[] => [
  // Who writes a ticket waits from here on: they would else wait for the rows below while we wait for the ticket's table.
  'LOCK TABLE tickets IN SHARE ROW EXCLUSIVE MODE',
  ...place('ticket_tags', c.id('project_id')),
  ...place('ticket_field_values', c.id('project_id')),
  `ALTER TABLE ticket_field_values DROP CONSTRAINT ticket_field_values_pkey, ${valuesKey('key, value, project_id, ticket_id')}`,
  // For nodes of the version before, which do not say it.
  `CREATE FUNCTION ticket_tags_place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     NEW.project_id := ${projectOf('NEW')};
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER ticket_tags_placed BEFORE INSERT ON ticket_tags FOR EACH ROW
     WHEN (NEW.project_id IS NULL) EXECUTE FUNCTION ticket_tags_place()`,
  `CREATE FUNCTION ticket_marks_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${move} RETURN NULL; END $$`,
  `CREATE TRIGGER ticket_moved AFTER UPDATE OF project_id ON tickets FOR EACH ROW
     WHEN (OLD.project_id <> NEW.project_id) EXECUTE FUNCTION ticket_marks_follow()`,
];

/** A table as it is to be, with the rows of the one that is there: a column that must not be empty cannot be added. */
const remake = (table: string, definition: readonly string[], columns: string, isByProject: boolean) => [
  `CREATE TABLE ${table}_made (${definition.join(', ')})`,
  `INSERT INTO ${table}_made (${columns}${isByProject ? ', project_id' : ''})
     SELECT ${columns}${isByProject ? `, ${projectOf('x')}` : ''} FROM ${table} x`,
  `DROP TABLE ${table}`,
  `ALTER TABLE ${table}_made RENAME TO ${table}`,
  `CREATE INDEX ${table}_ticket ON ${table} (ticket_id)`,
];

function onSqlite(c: Columns, isByProject: boolean): readonly string[] {
  const project = isByProject ? [`${c.id('project_id')} NOT NULL REFERENCES projects (id)`] : [];
  const ticket = `${c.id('ticket_id')} NOT NULL REFERENCES tickets (id)`;
  const tags = [ticket, `${c.id('tag_id')} NOT NULL REFERENCES tags (id)`, c.timestamps(), ...project];
  const values = [
    `${c.short('key', 40)} NOT NULL`,
    `${c.short('value', LENGTH)} NOT NULL`,
    `${ticket} ON DELETE CASCADE`,
  ];
  const key = `PRIMARY KEY (key, value, ${isByProject ? 'project_id, ' : ''}ticket_id)`;
  return [
    // They name the table that goes.
    'DROP TRIGGER ticket_fields_made',
    'DROP TRIGGER ticket_fields_changed',
    ...remake(
      'ticket_tags',
      [...tags, 'PRIMARY KEY (tag_id, ticket_id)'],
      'ticket_id, tag_id, created_at, updated_at',
      isByProject,
    ),
    ...remake('ticket_field_values', [...values, ...project, key], 'key, value, ticket_id', isByProject),
  ];
}

const moveOnSqlite = `CREATE TRIGGER ticket_moved AFTER UPDATE OF project_id ON tickets FOR EACH ROW
  WHEN OLD.project_id <> NEW.project_id BEGIN ${move} END`;

/**
 * The tickets of a project that carry a tag or hold a value of a field are found among its own: the same tag, or a field of the same key, may
 * stand in thousands of tickets elsewhere. The database itself keeps the project in step, whoever moves a ticket.
 */
export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [
    ...(isPostgres(step) ? onPostgres(c) : [...onSqlite(c, true), moveOnSqlite]),
    'CREATE INDEX ticket_tags_project ON ticket_tags (tag_id, project_id, ticket_id)',
    ...followFields(step, true),
  ]);
};

export const down: Migration = async (step) => {
  const drops = [
    'DROP TRIGGER ticket_moved ON tickets',
    'DROP FUNCTION ticket_marks_follow()',
    'DROP TRIGGER ticket_tags_placed ON ticket_tags',
    'DROP FUNCTION ticket_tags_place()',
    'ALTER TABLE ticket_tags DROP COLUMN project_id',
    `ALTER TABLE ticket_field_values DROP COLUMN project_id, ${valuesKey('key, value, ticket_id')}`,
  ];
  await dropIndexes(step, ['ticket_tags_project']);
  await run(step, isPostgres(step) ? drops : ['DROP TRIGGER ticket_moved', ...onSqlite(columnsFor(step), false)]);
  await run(step, followFields(step, false));
};
