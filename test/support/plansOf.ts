import type { Database } from '../../server/db/database.js';
import { adHoc, type RunStatement } from '../../server/db/statement.js';

/** What each statement that the work asks of the database is done by, step by step. */
export async function plansOf(
  db: Database,
  explain: string,
  work: (heard: Database) => Promise<unknown>,
): Promise<string[][]> {
  const asked: Parameters<RunStatement>[] = [];
  const all: RunStatement = (...one) => {
    asked.push(one);
    return db.all(...one);
  };
  await work({ ...db, all });
  return Promise.all(
    asked.map(async ([statement, values]) => {
      const explained = adHoc((d) => `${explain} ${statement.text(d)}`);
      return (await db.all<object>(explained, values)).map((row) => String(Object.values(row).at(-1)));
    }),
  );
}
