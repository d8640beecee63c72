import type { z } from 'zod';
import type { ListTagsInput, ProjectTag } from '../../../contract/tag.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { statement } from '../../db/statement.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { standingIn } from '../projects/projects.queries.js';

const ofProject = statement(
  'tags.ofProject',
  `SELECT g.name, p.name_key, p.ticket_count FROM project_tags p JOIN tags g ON g.name_key = p.name_key
   WHERE p.project_id = $1 AND p.name_key > $2 ORDER BY p.name_key LIMIT $3`,
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
  { projectId, limit, cursor }: z.output<typeof ListTagsInput>,
): Promise<Page<ProjectTag>> {
  const [after = ''] = decodeCursor(cursor, ['string']) ?? [];
  if (!isStaff(await standingIn(db.all, actor, projectId))) return { items: [], nextCursor: null };
  const rows = await db.all<Row>(ofProject, [projectId, after, limit + 1]);
  return toPage(
    rows,
    limit,
    (row) => [row.name_key],
    ({ name, ticket_count: ticketCount }) => ({ name, ticketCount }),
  );
}
