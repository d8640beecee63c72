import { adHoc, type RunStatement, type Value } from '../db/statement.js';

/** Rows of a table with the key `id`, in its order, in pages of bounded size. */
export async function* pagesOf(all: RunStatement, table: string, size: number): AsyncGenerator<{ id: string }[]> {
  for (let last = ''; ;) {
    const sql = `SELECT * FROM ${table} WHERE id > $1 ORDER BY id LIMIT ${size}`;
    const page = await all<{ id: string }>(adHoc(sql), [last]);
    if (page.length > 0) yield page;
    const end = page.at(-1);
    if (!end || page.length < size) return;
    last = end.id;
  }
}

/** What a query gives, in pages: it ends in `LIMIT size` after the key columns that `keyOf` reads and `sql` compares. */
export async function* rowsOf<Row extends object>(
  all: RunStatement,
  sql: (isFirst: boolean) => string,
  bound: readonly Value[],
  size: number,
  keyOf: (row: Row) => readonly Value[],
): AsyncGenerator<Row> {
  for (let after: readonly Value[] | null = null; ;) {
    const page: Row[] = await all<Row>(adHoc(sql(after === null)), [...bound, ...(after ?? [])]);
    yield* page;
    const end = page.at(-1);
    if (!end || page.length < size) return;
    after = keyOf(end);
  }
}
