import type { Migration, MigrationStep } from '../server/db/migration.js';
import { columnsFor, dropIndexes, dropTables, isPostgres, run, type Columns } from './support/sql.js';

/** As `FIELD_VALUE_LENGTH` in server/db/fieldValues.ts. */
const LENGTH = 100;

const ofProject = (c: Columns) => `${c.id('project_id')} NOT NULL REFERENCES projects (id)`;

const fieldValues = (c: Columns, project: string, key: string) => `CREATE TABLE ticket_field_values (
  ${c.short('key', 40)} NOT NULL,
  ${c.short('value', LENGTH)} NOT NULL,
  ${project}${c.id('ticket_id')} NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  PRIMARY KEY (${key})
)`;

/** The values of the ticket `row` as rows; each is JSON, cut. */
const valuesOf = {
  postgres: (row: string, project: string, of = '') =>
    `SELECT e.key, left(e.value::text, ${LENGTH}), ${project}${row}.id FROM ${of}jsonb_each(${row}.custom_fields) e`,
  sqlite: (row: string, project: string, of = '') =>
    `SELECT e.key, substr(CASE WHEN e.type IN ('true', 'false') THEN e.type ELSE json_quote(e.value) END, 1, ${LENGTH}), ${project}${row}.id
     FROM ${of}json_each(${row}.custom_fields) e`,
};
const remove = 'DELETE FROM ticket_field_values WHERE ticket_id = NEW.id;';

/** The table of field values, and what the database itself writes into it. Made anew: whatever it holds, the tickets say. */
async function makeFieldValues(step: MigrationStep, isByProject: boolean): Promise<void> {
  const c = columnsFor(step);
  const insert = `INSERT INTO ticket_field_values (key, value, ${isByProject ? 'project_id, ' : ''}ticket_id)`;
  const project = (row: string) => (isByProject ? `${row}.project_id, ` : '');
  const name = isPostgres(step) ? 'postgres' : 'sqlite';
  const values = valuesOf[name]('NEW', project('NEW'));
  await dropTables(step, ['ticket_field_values']);
  await run(step, [
    fieldValues(
      c,
      isByProject ? `${ofProject(c)},\n  ` : '',
      `key, value, ${isByProject ? 'project_id, ' : ''}ticket_id`,
    ),
    'CREATE INDEX ticket_field_values_ticket ON ticket_field_values (ticket_id)',
    `${insert} ${valuesOf[name]('t', project('t'), 'tickets t, ')}`,
  ]);
  const follow = {
    postgres: [
      `CREATE OR REPLACE FUNCTION ticket_fields_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP = 'UPDATE' THEN ${remove} END IF;
         ${insert} ${values};
         RETURN NULL;
       END $$`,
    ],
    sqlite: [
      'DROP TRIGGER ticket_fields_made',
      'DROP TRIGGER ticket_fields_changed',
      `CREATE TRIGGER ticket_fields_made AFTER INSERT ON tickets FOR EACH ROW WHEN NEW.custom_fields <> '{}'
         BEGIN ${insert} ${values}; END`,
      `CREATE TRIGGER ticket_fields_changed AFTER UPDATE OF custom_fields ON tickets FOR EACH ROW
         WHEN OLD.custom_fields <> NEW.custom_fields BEGIN ${remove} ${insert} ${values}; END`,
    ],
  };
  await run(step, follow[name]);
}

const tags = (c: Columns, name: string) => `CREATE TABLE ${name} (
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('tag_id')} NOT NULL REFERENCES tags (id),
  ${c.timestamps()},
  ${ofProject(c)},
  PRIMARY KEY (tag_id, ticket_id)
)`;

const placeOf = '(SELECT t.project_id FROM tickets t WHERE t.id = %.ticket_id)';

const placeTags = {
  postgres: (c: Columns) => [
    `ALTER TABLE ticket_tags ADD COLUMN ${c.id('project_id')} REFERENCES projects (id)`,
    `UPDATE ticket_tags SET project_id = ${placeOf.replace('%', 'ticket_tags')}`,
    'ALTER TABLE ticket_tags ALTER COLUMN project_id SET NOT NULL',
    // For nodes of the version before, which do not say it.
    `CREATE FUNCTION ticket_tags_place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       NEW.project_id := ${placeOf.replace('%', 'NEW')};
       RETURN NEW;
     END $$`,
    `CREATE TRIGGER ticket_tags_placed BEFORE INSERT ON ticket_tags FOR EACH ROW
       WHEN (NEW.project_id IS NULL) EXECUTE FUNCTION ticket_tags_place()`,
  ],
  // A column that must not be empty cannot be added there.
  sqlite: (c: Columns) => [
    tags(c, 'ticket_tags_placed'),
    `INSERT INTO ticket_tags_placed (ticket_id, tag_id, created_at, updated_at, project_id)
       SELECT x.ticket_id, x.tag_id, x.created_at, x.updated_at, ${placeOf.replace('%', 'x')} FROM ticket_tags x`,
    'DROP TABLE ticket_tags',
    'ALTER TABLE ticket_tags_placed RENAME TO ticket_tags',
    'CREATE INDEX ticket_tags_ticket ON ticket_tags (ticket_id)',
  ],
};

const move = ['ticket_tags', 'ticket_field_values']
  .map((table) => `UPDATE ${table} SET project_id = NEW.project_id WHERE ticket_id = NEW.id;`)
  .join(' ');
/** Written by the database itself, whoever moves a ticket. */
const followMoves = {
  postgres: [
    `CREATE FUNCTION ticket_marks_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${move} RETURN NULL; END $$`,
    `CREATE TRIGGER ticket_moved AFTER UPDATE OF project_id ON tickets FOR EACH ROW
       WHEN (OLD.project_id <> NEW.project_id) EXECUTE FUNCTION ticket_marks_follow()`,
  ],
  sqlite: [
    `CREATE TRIGGER ticket_moved AFTER UPDATE OF project_id ON tickets FOR EACH ROW
       WHEN OLD.project_id <> NEW.project_id BEGIN ${move} END`,
  ],
};

/**
 * The tickets of a project that carry a tag or hold a value of a field are found among its own: the same tag, or a field of the same key, may
 * stand in thousands of tickets elsewhere.
 */
export const up: Migration = async (step) => {
  const name = isPostgres(step) ? 'postgres' : 'sqlite';
  await makeFieldValues(step, true);
  await run(step, [
    ...placeTags[name](columnsFor(step)),
    'CREATE INDEX ticket_tags_project ON ticket_tags (tag_id, project_id, ticket_id)',
    ...followMoves[name],
  ]);
};

export const down: Migration = async (step) => {
  const isPostgreSql = isPostgres(step);
  await run(step, [
    `DROP TRIGGER ticket_moved${isPostgreSql ? ' ON tickets' : ''}`,
    ...(isPostgreSql
      ? [
          'DROP FUNCTION ticket_marks_follow()',
          'DROP TRIGGER ticket_tags_placed ON ticket_tags',
          'DROP FUNCTION ticket_tags_place()',
        ]
      : []),
  ]);
  await dropIndexes(step, ['ticket_tags_project']);
  await run(step, ['ALTER TABLE ticket_tags DROP COLUMN project_id']);
  await makeFieldValues(step, false);
};
