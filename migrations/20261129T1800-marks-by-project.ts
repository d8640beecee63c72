import type { Migration, MigrationStep } from '../server/db/migration.js';
import { columnsFor, isPostgres, run, type Columns } from './support/sql.js';

/** As `FIELD_VALUE_LENGTH` in server/db/fieldValues.ts. */
const LENGTH = 100;

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
  const rows = `SELECT e.key, substr(CASE WHEN e.type IN ('true', 'false') THEN e.type ELSE json_quote(e.value) END, 1, ${LENGTH}),
    ${project}NEW.id FROM json_each(NEW.custom_fields) e;`;
  return [
    `CREATE TRIGGER ticket_fields_made AFTER INSERT ON tickets FOR EACH ROW WHEN NEW.custom_fields <> '{}'
       BEGIN ${insert} ${rows} END`,
    `CREATE TRIGGER ticket_fields_changed AFTER UPDATE OF custom_fields ON tickets FOR EACH ROW
       WHEN OLD.custom_fields <> NEW.custom_fields BEGIN ${remove} ${insert} ${rows} END`,
  ];
}

/** A table of which the rows belong to tickets. */
interface Marks {
  readonly name: string;
  readonly columns: (c: Columns) => readonly string[];
  /** Their names. */
  readonly copied: string;
  readonly pointers: Readonly<Record<string, string>>;
  readonly key: (project: string) => string;
}
const tags: Marks = {
  name: 'ticket_tags',
  columns: (c) => [c.timestamps()],
  copied: 'created_at, updated_at',
  pointers: { ticket_id: 'tickets (id)', tag_id: 'tags (id)' },
  key: () => 'tag_id, ticket_id',
};
const values: Marks = {
  name: 'ticket_field_values',
  columns: (c) => [`${c.short('key', 40)} NOT NULL`, `${c.short('value', LENGTH)} NOT NULL`],
  copied: 'key, value',
  pointers: { ticket_id: 'tickets (id) ON DELETE CASCADE' },
  key: (project) => `key, value, ${project}ticket_id`,
};

/**
 * Made anew with the rows that are there: SQLite cannot add a column that must not be empty, and PostgreSQL takes three times as long to change each row. There
 * keys are told once the rows are there, so that all that they point to is looked up at once.
 */
function remade(step: MigrationStep, { name, columns, copied, pointers, key }: Marks, isByProject: boolean) {
  const c = columnsFor(step);
  const targets = { ...pointers, ...(isByProject && { project_id: 'projects (id)' }) };
  const names = [copied, ...Object.keys(targets)].join(', ');
  const primaryKey = `PRIMARY KEY (${key(isByProject ? 'project_id, ' : '')})`;
  const pointing = Object.entries(targets).map(([column, target]) => ({ column, says: `REFERENCES ${target}` }));
  const [inside, after] = isPostgres(step)
    ? [[], [primaryKey, ...pointing.map(({ column, says }) => `FOREIGN KEY (${column}) ${says}`)]]
    : [[primaryKey], []];
  const ids = pointing.map(({ column, says }) => `${c.id(column)} NOT NULL${isPostgres(step) ? '' : ` ${says}`}`);
  const read = [copied.replaceAll(/\w+/g, 'x.$&'), ...Object.keys(pointers).map((column) => `x.${column}`)].join(', ');
  return [
    `CREATE TABLE ${name}_made (${[...columns(c), ...ids, ...inside].join(', ')})`,
    `INSERT INTO ${name}_made (${names}) SELECT ${read}${isByProject ? ', t.project_id' : ''}
       FROM ${name} x JOIN tickets t ON t.id = x.ticket_id`,
    `DROP TABLE ${name}`,
    `ALTER TABLE ${name}_made RENAME TO ${name}`,
    ...after.map((one) => `ALTER TABLE ${name} ADD ${one}`),
    `CREATE INDEX ${name}_ticket ON ${name} (ticket_id)`,
  ];
}

const both = (step: MigrationStep, isByProject: boolean): readonly string[] => [
  ...(isPostgres(step)
    ? // Who writes a ticket waits from here on, or what is written meanwhile would not be among the rows.
      ['LOCK TABLE tickets IN SHARE ROW EXCLUSIVE MODE']
    : // They name the table that goes.
      ['DROP TRIGGER ticket_fields_made', 'DROP TRIGGER ticket_fields_changed']),
  ...remade(step, tags, isByProject),
  ...remade(step, values, isByProject),
  ...followFields(step, isByProject),
];

const move = [tags, values]
  .map(({ name }) => `UPDATE ${name} SET project_id = NEW.project_id WHERE ticket_id = NEW.id;`)
  .join(' ');
const follow = {
  postgres: [
    // For nodes of the version before, which do not say it.
    `CREATE FUNCTION ticket_tags_place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       NEW.project_id := (SELECT t.project_id FROM tickets t WHERE t.id = NEW.ticket_id);
       RETURN NEW;
     END $$`,
    `CREATE TRIGGER ticket_tags_placed BEFORE INSERT ON ticket_tags FOR EACH ROW
       WHEN (NEW.project_id IS NULL) EXECUTE FUNCTION ticket_tags_place()`,
    `CREATE FUNCTION ticket_marks_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${move} RETURN NULL; END $$`,
    `CREATE TRIGGER ticket_moved AFTER UPDATE OF project_id ON tickets FOR EACH ROW
       WHEN (OLD.project_id <> NEW.project_id) EXECUTE FUNCTION ticket_marks_follow()`,
  ],
  sqlite: [
    `CREATE TRIGGER ticket_moved AFTER UPDATE OF project_id ON tickets FOR EACH ROW
       WHEN OLD.project_id <> NEW.project_id BEGIN ${move} END`,
  ],
};
const unfollow = {
  postgres: [
    'DROP TRIGGER ticket_moved ON tickets',
    'DROP FUNCTION ticket_marks_follow()',
    'DROP TRIGGER ticket_tags_placed ON ticket_tags',
    'DROP FUNCTION ticket_tags_place()',
  ],
  sqlite: ['DROP TRIGGER ticket_moved'],
};

/**
 * The tickets of a project that carry a tag or hold a value of a field are found among its own: the same tag, or a field of the same key, may
 * stand in thousands of tickets elsewhere. The database itself keeps the project in step, whoever moves a ticket.
 */
export const up: Migration = (step) =>
  run(step, [
    ...both(step, true),
    'CREATE INDEX ticket_tags_project ON ticket_tags (tag_id, project_id, ticket_id)',
    ...follow[isPostgres(step) ? 'postgres' : 'sqlite'],
  ]);

export const down: Migration = (step) =>
  run(step, [...unfollow[isPostgres(step) ? 'postgres' : 'sqlite'], ...both(step, false)]);
