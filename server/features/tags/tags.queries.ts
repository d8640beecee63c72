import type { z } from 'zod';
import { TagSort, type ListTagsInput, type ProjectTag } from '../../../contract/tag.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { toPage } from '../keysetPage.js';
import { sortedList, word } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';

const ofProject = sortedList(
  'tags.ofProject',
  TagSort,
  { name: [word('p.name_key', 'name_key')] },
  2,
  ({
    after,
    orderBy,
  }) => `SELECT g.name, p.name_key, p.ticket_count FROM project_tags p JOIN tags g ON g.name_key = p.name_key
   WHERE p.project_id = $1 AND ${after} ORDER BY ${orderBy} LIMIT $2`,
);
interface Row {
  readonly name: string;
  readonly name_key: string;
  readonly ticket_count: number;
}

/**
 * The tags of a project's tickets, each with how many carry it; in the order of their names in lower case. None for customers, who
 * do not see tags.
 * @throws NOT_FOUND no such project for this actor.
 */
export async function listTags(
  db: Database,
  actor: Actor,
  { projectId, sort, limit, cursor }: z.output<typeof ListTagsInput>,
): Promise<Page<ProjectTag>> {
  const { statement, values, cursorOf } = ofProject(sort, cursor);
  if (!isStaff(await standingIn(db.all, actor, projectId))) return { items: [], nextCursor: null };
  const rows = await db.all<Row>(statement, [projectId, limit + 1, ...values]);
  return toPage(rows, limit, cursorOf, ({ name, ticket_count: ticketCount }) => ({ name, ticketCount }));
}
