import type { Dialect } from '../../db/dialect.js';
import type { Bind } from '../../db/searchSql.js';
import { statement, type RunStatement } from '../../db/statement.js';

/** So many are looked at one by one in less time than it takes to come across them in the order of a list. */
const FEW = 1_000;

/**
 * Counting ends where it is known that they are many. In the order of the index, or PostgreSQL would read the whole table for a tag that it takes
 * for one like the others.
 */
const carriersOf = statement('tags.carriers', (d) => {
  const some = `SELECT 1 FROM ticket_tags x WHERE x.tag_id = g.id ORDER BY x.ticket_id LIMIT ${FEW + 1}`;
  return `SELECT g.id, (SELECT count(*) FROM (${some}) c) AS n FROM tags g WHERE ${d.anyOf('g.name_key', '$1')}`;
});

/** The ids of the tags with one of these keys when few tickets carry any of them, to be read by {@link taggedIds}; null when many do. */
export async function fewTagged(all: RunStatement, keys: readonly string[]): Promise<readonly string[] | null> {
  const tags = await all<{ id: string; n: number | string }>(carriersOf, [keys]);
  return tags.reduce((sum, { n }) => sum + Number(n), 0) > FEW ? null : tags.map(({ id }) => id);
}

/** The tickets that carry one of these tags, each once: a relation with the column `ticket_id`. */
export const taggedIds = (d: Dialect, tagIds: readonly string[], bind: Bind): string =>
  `SELECT DISTINCT x.ticket_id FROM ticket_tags x WHERE ${d.anyOf('x.tag_id', bind(tagIds))}`;
