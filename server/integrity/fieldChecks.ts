import type { Rule } from './check.js';

/** The values of fields beside the tickets, that lists are narrowed by: one for each value of each ticket. */
export const fieldChecks: readonly Rule[] = [
  {
    name: 'search.fields',
    says: 'a ticket is found in its project by the keys of its custom fields, and by no others',
    advice: 'Write the custom fields of the ticket again (tickets.update): the database makes the values from them.',
    sql: ({ name }) => {
      const keys =
        name === 'postgres'
          ? 'SELECT t.id, t.project_id, e.key FROM tickets t, jsonb_each(t.custom_fields) e'
          : 'SELECT t.id, t.project_id, e.key FROM tickets t, json_each(t.custom_fields) e';
      return `SELECT k.ticket_id || ' ' || k.key AS what FROM (
          SELECT ticket_id, project_id, key, 1 AS n FROM ticket_field_values
          UNION ALL SELECT f.id, f.project_id, f.key, -1 FROM (${keys}) f) k
        GROUP BY k.ticket_id, k.project_id, k.key HAVING sum(k.n) <> 0`;
    },
  },
];
