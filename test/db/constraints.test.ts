import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../server/db/database.js';
import { digestOf } from '../../server/db/digest.js';
import { Ticket } from '../../server/db/models/Ticket.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { fillEveryTable } from '../support/everyTable.js';
import { describeEachDialect } from '../support/services.js';

const earlier = "'2026-11-22 08:00:00.000 +00:00'";
const now = "'2026-11-22 09:00:00.123 +00:00'";

/** Inserts a copy of the table's first row with some columns changed. */
const copyOf = (table: string, columns: string, changes: Record<string, string>): string =>
  `INSERT INTO ${table} (${columns}) SELECT ${columns
    .split(', ')
    .map((column) => changes[column] ?? column)
    .join(', ')} FROM ${table} ORDER BY id LIMIT 1`;
const span =
  'id, ticket_id, assignee_id, assigned_by_label, type, status, is_primary, assigned_at, unassigned_at, created_at, updated_at';
const ticket =
  'id, project_id, number, key, title, conversation_id, reporter_id, created_by, external_source, external_id, created_at, updated_at';
const skill = 'id, name, created_at, updated_at';
const other = { id: "'other'" };

/** What must be refused, and why; each is one step away from what is stored. */
const refused: Record<string, Record<string, string>> = {
  people: {
    'a role that does not exist': "UPDATE users SET role = 'BOSS'",
    'an address in upper case': "UPDATE users SET email = 'Ada@company.com' WHERE name = 'Ada'",
    'an address twice': "UPDATE users SET email = 'one@company.com'",
    'a username twice': "UPDATE users SET username = 'one'",
    'a skill again in other case': copyOf('skills', skill, { ...other, name: "'TYPESCRIPT'" }),
    'a skill level above 5': 'UPDATE developer_skills SET level = 6',
    'more than the whole of a person': 'UPDATE developers SET availability = 1.01',
    'less than no experience': 'UPDATE developers SET experience_years = -1',
    'less than no capacity': 'UPDATE developers SET capacity = -1',
    'less than no workload': 'UPDATE developers SET current_workload = -1',
    'a return before the leave': `UPDATE developers SET out_of_office_from = ${now}, out_of_office_to = ${earlier}`,
    'a department that people belong to being removed': 'DELETE FROM departments',
    'a name too long': `UPDATE departments SET name = '${'x'.repeat(121)}'`,
  },
  projects: {
    'a key in lower case': "UPDATE projects SET key = 'sup'",
    'a key of one letter': "UPDATE projects SET key = 'S'",
    'a key that begins with a digit': "UPDATE projects SET key = '1SUP'",
    'an end before the start': "UPDATE projects SET end_date = '2025-12-31'",
    'a member twice': copyOf('project_members', 'id, project_id, user_id, role, created_at, updated_at', other),
    "a ticket's conversation outside of projects": 'UPDATE conversations SET project_id = NULL',
    'the installation twice': copyOf('installation', 'id, epoch, created_at, updated_at', other),
  },
  tickets: {
    'an empty title': "UPDATE tickets SET title = ''",
    'negative points': 'UPDATE tickets SET story_points = -1',
    'no hours at all': 'UPDATE tickets SET estimated_hours = 0',
    'being its own parent': 'UPDATE tickets SET parent_id = id',
    'resolved without a time': "UPDATE tickets SET status = 'RESOLVED' WHERE number = 1",
    'a time of resolution while open': `UPDATE tickets SET resolved_at = ${now} WHERE number = 1`,
    'completed without a time': 'UPDATE tickets SET completed_at = NULL WHERE number = 2',
    'closed without a time': 'UPDATE tickets SET closed_at = NULL WHERE number = 2',
    'held by somebody when closed': 'UPDATE tickets SET assignee_id = created_by WHERE number = 2',
    'a foreign id without its source': 'UPDATE tickets SET external_source = NULL WHERE number = 1',
    'deleted by nobody': 'UPDATE tickets SET deleted_by = NULL WHERE number = 2',
    'a number twice': copyOf('tickets', ticket, { ...other, key: "'SUP-3'", external_id: "'78'" }),
    'a key twice': copyOf('tickets', ticket, { ...other, number: '3', external_id: "'78'" }),
    'a foreign id twice': copyOf('tickets', ticket, { ...other, number: '3', key: "'SUP-3'" }),
    'a rank of one’s own': 'UPDATE tickets SET priority_rank = 4',
    'a project that does not exist': "UPDATE tickets SET project_id = 'none'",
  },
  assignments: {
    'the same person twice at once': copyOf('assignments', span, { ...other, is_primary: 'false' }),
    'two first holders at once': copyOf('assignments', span, {
      ...other,
      assignee_id: "(SELECT id FROM users WHERE name = 'Bo')",
    }),
    'an end before the beginning': `UPDATE assignments SET unassigned_at = ${earlier} WHERE status = 'REMOVED'`,
    'an end of what goes on': `UPDATE assignments SET unassigned_at = ${now} WHERE status = 'ACTIVE'`,
    'no end of what has ended': "UPDATE assignments SET status = 'COMPLETED' WHERE status = 'ACTIVE'",
  },
  record: {
    'a number twice in a project': `INSERT INTO events (project_id, seq, id, type, audience, payload, at)
      SELECT project_id, 1, 'other', 'ticket.updated', 'TEAM', '{}', at FROM events`,
    'an event for a reporter who is unknown': 'UPDATE events SET reporter_id = NULL',
    'fewer than no open tickets': 'UPDATE project_counters SET n_open = -1',
    'a payload that is not JSON': "UPDATE events SET payload = '{'",
    'a person with a history being removed': "DELETE FROM users WHERE name = 'Ada'",
    'a comment under itself': 'UPDATE comments SET parent_id = id',
    'a comment deleted by nobody': `UPDATE comments SET deleted_at = ${now}`,
    'a ready attachment without a file': "UPDATE attachments SET file_key = NULL WHERE state = 'READY'",
    'a file that is not stored': "UPDATE attachments SET file_key = 'none' WHERE file_key IS NOT NULL",
    'a file of what has not come': "UPDATE attachments SET state = 'PENDING' WHERE file_key IS NOT NULL",
    'a stored file that an attachment has being removed': 'DELETE FROM stored_files',
    'the same bytes stored twice': copyOf(
      'stored_files',
      'id, sha256, size, content_type, created_at, updated_at',
      other,
    ),
    'an attachment of no bytes': 'UPDATE attachments SET size = 0',
    'fewer than no bytes in a project': 'UPDATE project_storage SET bytes = -1',
  },
};

/** The same statements, but harmless: what is refused above is refused for the reason given. */
const accepted: Record<string, string> = {
  'another skill': copyOf('skills', skill, { ...other, name: "'Rust'" }),
  'another ticket': copyOf('tickets', ticket, { ...other, number: '3', key: "'SUP-3'", external_id: "'78'" }),
  'a second holder': copyOf('assignments', span, {
    ...other,
    assignee_id: "(SELECT id FROM users WHERE name = 'Bo')",
    is_primary: 'false',
  }),
  'a closed ticket': `UPDATE tickets SET status = 'CLOSED', assignee_id = NULL, resolved_at = ${now}, completed_at = ${now},
    closed_at = ${now} WHERE number = 1`,
  'an ended span': `UPDATE assignments SET status = 'COMPLETED', unassigned_at = ${now} WHERE status = 'ACTIVE'`,
  'another event': `INSERT INTO events (project_id, seq, id, type, audience, payload, at)
    SELECT project_id, 2, 'other', 'ticket.updated', 'TEAM', '{}', at FROM events`,
  'a leave of one moment': `UPDATE developers SET out_of_office_from = ${now}, out_of_office_to = ${now}`,
  'a name of 120 characters': `UPDATE departments SET name = '${'x'.repeat(120)}'`,
};

describeEachDialect('the database', (dialect) => {
  let database: Database;
  beforeAll(async () => {
    database = openTestDatabase((await aMigratedDatabase(dialect)).url);
    await fillEveryTable(database.sequelize);
  });
  afterAll(() => database.close());

  describe.each(Object.entries(refused))('refuses, of %s,', (_of, statements) => {
    it.each(Object.entries(statements))('%s', async (_name, sql) => {
      const before = await digestOf(database.sequelize);

      await expect(database.sequelize.query(sql)).rejects.toThrow();
      expect(await digestOf(database.sequelize)).toEqual(before);
    });
  });

  it.each(Object.entries(accepted))('accepts %s', async (_name, sql) => {
    const undone = new Error('undone');
    const trial = database.sequelize.transaction(async (transaction) => {
      await database.sequelize.query(sql, { transaction });
      throw undone;
    });

    await expect(trial).rejects.toBe(undone);
  });

  it('computes the sort keys of tickets, and names their holders', async () => {
    const tickets = await Ticket.findAll({ include: ['assignees'], order: ['number'] });

    expect(tickets.map(({ priorityRank, dueSort }) => [priorityRank, dueSort])).toEqual([
      [2, '2027-02-28'],
      [2, '9999-12-31'],
    ]);
    expect(tickets.map(({ assignees }) => assignees?.map(({ name }) => name))).toEqual([['Ada'], []]);
  });

  if (dialect === 'sqlite')
    it('refuses moments in any text form but the one it sorts by', async () => {
      await expect(
        database.sequelize.query("UPDATE users SET updated_at = '2026-11-22T09:00:00.000Z'"),
      ).rejects.toThrow();
      await expect(database.sequelize.query("UPDATE users SET updated_at = datetime('now')")).rejects.toThrow();
      await expect(database.sequelize.query("UPDATE developers SET capacity = 'many'")).rejects.toThrow();
    });
});
