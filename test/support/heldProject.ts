import { expect } from 'vitest';
import { adHoc } from '../../server/db/statement.js';
import { rows, type TicketWorld } from './ticketWorld.js';

/** PostgreSQL alone: the tables into which `act` writes before it waits for its turn in the world's project, and what it gives once it had that. */
export async function writtenAhead<Reply>(
  world: TicketWorld,
  act: () => Promise<Reply>,
): Promise<{ readonly tables: readonly string[]; readonly reply: Reply }> {
  const held = await world.db.begin({});
  await held.all(adHoc('SELECT 1 FROM project_counters WHERE project_id = $1 FOR UPDATE'), [world.project.id]);
  const acting = act();
  const written = `SELECT DISTINCT l.relation::regclass::text AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.mode = 'RowExclusiveLock' AND a.wait_event_type = 'Lock' AND a.datname = current_database()`;
  const names = async () => (await rows<{ name: string }>(world, written)).map(({ name }) => name);
  let tables: readonly string[];
  try {
    await expect.poll(names).toContain('project_counters');
    tables = await names();
  } finally {
    await held.rollback();
  }
  return { tables, reply: await acting };
}
