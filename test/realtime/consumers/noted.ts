import { setTimeout as sleep } from 'node:timers/promises';
import { adHoc, statement } from '../../../server/db/statement.js';
import type { Database } from '../../../server/db/database.js';
import type { LogConsumer } from '../../../server/realtime/consumers/logConsumer.js';

const note = statement('test.note', 'INSERT INTO test_notes (consumer, project_id, seq, node) VALUES ($1, $2, $3, $4)');

/** Where consumers of tests write what they handle: with no key but the order of writing, so that twice would be seen. */
export function prepareNotes(db: Database): Promise<unknown> {
  const nth = db.file === null ? 'BIGINT GENERATED ALWAYS AS IDENTITY' : 'INTEGER PRIMARY KEY AUTOINCREMENT';
  return db.all(
    adHoc(`CREATE TABLE test_notes (nth ${nth}, consumer TEXT, project_id TEXT, seq INTEGER, node TEXT)`),
    [],
  );
}

/** A consumer whose only effect is a note of each event. */
export const noting = (name: string, options: Partial<LogConsumer> = {}, node = 'one'): LogConsumer => ({
  name,
  handle: async (unit, { event }) => unit.send(note, [name, event.projectId, event.seq, node]),
  ...options,
});

/** What was handled of a project, in the order in which it was. */
export async function notesOf(db: Database, consumer: string, projectId: string): Promise<number[]> {
  const sql = 'SELECT seq FROM test_notes WHERE consumer = $1 AND project_id = $2 ORDER BY nth';
  return (await db.all<{ seq: number }>(adHoc(sql), [consumer, projectId])).map(({ seq }) => seq);
}

export async function cursorOf(db: Database, consumer: string, projectId: string): Promise<number | null> {
  const sql = 'SELECT seq FROM log_cursors WHERE consumer = $1 AND project_id = $2';
  const [row] = await db.all<{ seq: number }>(adHoc(sql), [consumer, projectId]);
  return row?.seq ?? null;
}

/** Resolves when it is so, and throws when it is not in time. */
export async function eventually(isSo: () => Promise<boolean>, patienceMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !(await isSo());) {
    if (Date.now() > deadline) throw new Error('it did not come to pass');
    await sleep(5);
  }
}
