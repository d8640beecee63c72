import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropIndexes, dropTables, isPostgres, run, type Columns } from './support/sql.js';

/** As `FIELD_VALUE_LENGTH` in server/db/fieldValues.ts: what an index of PostgreSQL can hold, and enough to be rare by. */
const LENGTH = 100;

const fieldValues = (c: Columns) => `CREATE TABLE ticket_field_values (
  ${c.short('key', 40)} NOT NULL,
  ${c.short('value', LENGTH)} NOT NULL,
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  PRIMARY KEY (key, value, ticket_id)
)`;

/** The values of the ticket `row` as rows; each is JSON, cut. */
const valuesOf = {
  postgres: (row: string, of = '') =>
    `SELECT e.key, left(e.value::text, ${LENGTH}), ${row}.id FROM ${of}jsonb_each(${row}.custom_fields) e`,
  sqlite: (row: string, of = '') =>
    `SELECT e.key, substr(CASE WHEN e.type IN ('true', 'false') THEN e.type ELSE json_quote(e.value) END, 1, ${LENGTH}), ${row}.id
     FROM ${of}json_each(${row}.custom_fields) e`,
};
const insert = 'INSERT INTO ticket_field_values (key, value, ticket_id)';
const remove = 'DELETE FROM ticket_field_values WHERE ticket_id = NEW.id;';

/** Written by the database itself, whoever writes the ticket. What has no fields pays nothing. */
const follow = {
  postgres: [
    `CREATE FUNCTION ticket_fields_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF TG_OP = 'UPDATE' THEN ${remove} END IF;
       ${insert} ${valuesOf.postgres('NEW')};
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER ticket_fields_made AFTER INSERT ON tickets FOR EACH ROW
       WHEN (NEW.custom_fields <> '{}'::jsonb) EXECUTE FUNCTION ticket_fields_follow()`,
    `CREATE TRIGGER ticket_fields_changed AFTER UPDATE OF custom_fields ON tickets FOR EACH ROW
       WHEN (OLD.custom_fields IS DISTINCT FROM NEW.custom_fields) EXECUTE FUNCTION ticket_fields_follow()`,
  ],
  sqlite: [
    `CREATE TRIGGER ticket_fields_made AFTER INSERT ON tickets FOR EACH ROW WHEN NEW.custom_fields <> '{}'
       BEGIN ${insert} ${valuesOf.sqlite('NEW')}; END`,
    `CREATE TRIGGER ticket_fields_changed AFTER UPDATE OF custom_fields ON tickets FOR EACH ROW
       WHEN OLD.custom_fields <> NEW.custom_fields BEGIN ${remove} ${insert} ${valuesOf.sqlite('NEW')}; END`,
  ],
};

const skills = (columns: string) =>
  `CREATE INDEX tickets_required_skill ON tickets (${columns}) WHERE required_skill_id IS NOT NULL`;

/** What a list narrowed to a few tickets finds them by, wherever they stand in its order. */
export const up: Migration = async (step) => {
  const dialect = isPostgres(step) ? 'postgres' : 'sqlite';
  await run(step, [
    'DROP INDEX tickets_required_skill',
    skills('required_skill_id, project_id'),
    'CREATE INDEX tickets_reported ON tickets (reporter_id, project_id, status, assignee_id) WHERE deleted_at IS NULL',
    fieldValues(columnsFor(step)),
    'CREATE INDEX ticket_field_values_ticket ON ticket_field_values (ticket_id)',
    `${insert} ${valuesOf[dialect]('t', 'tickets t, ')}`,
    ...follow[dialect],
  ]);
};

export const down: Migration = async (step) => {
  await run(step, [
    `DROP TRIGGER ticket_fields_made${isPostgres(step) ? ' ON tickets' : ''}`,
    `DROP TRIGGER ticket_fields_changed${isPostgres(step) ? ' ON tickets' : ''}`,
    ...(isPostgres(step) ? ['DROP FUNCTION ticket_fields_follow()'] : []),
  ]);
  await dropTables(step, ['ticket_field_values']);
  await dropIndexes(step, ['tickets_reported', 'tickets_required_skill']);
  await run(step, [skills('required_skill_id')]);
};
