import { tagKey } from '../../../contract/tagKey.js';
import { inBatches, statementsByCount, tuple } from '../../db/rowStatements.js';
import { statement, type Statements } from '../../db/statement.js';
import { groupBy } from '../../kernel/groupBy.js';

interface Tagged {
  readonly row: { readonly projectId: string; readonly tags: readonly string[]; readonly deletedAt: Date | null };
}
interface Move {
  readonly projectId: string;
  readonly key: string;
  n: number;
}

const addTickets = statementsByCount(
  'project_tags.add',
  3,
  (rows) => `INSERT INTO project_tags (project_id, name_key, ticket_count) VALUES ${rows.map(tuple).join(', ')}
   ON CONFLICT (project_id, name_key) DO UPDATE SET ticket_count = project_tags.ticket_count + excluded.ticket_count`,
);
const forget = statement(
  'project_tags.forget',
  (d) => `DELETE FROM project_tags WHERE project_id = $1 AND ${d.anyOf('name_key', '$2')} AND ticket_count = 0`,
);

/** Behind the numbers, like the statistics: whoever holds the counters of a project is alone with its tags. */
export function moveTags(
  { send }: Pick<Statements, 'send'>,
  changes: readonly { readonly before: Tagged | null; readonly after: Tagged }[],
): void {
  const moves = new Map<string, Move>();
  const count = ({ row: { projectId, tags, deletedAt } }: Tagged, sign: 1 | -1): void => {
    for (const key of deletedAt === null ? tags.map(tagKey) : []) {
      const move = moves.get(`${projectId} ${key}`) ?? { projectId, key, n: 0 };
      move.n += sign;
      moves.set(`${projectId} ${key}`, move);
    }
  };
  for (const { before, after } of changes) {
    if (before) count(before, -1);
    count(after, 1);
  }
  const moved = [...moves.values()].filter(({ n }) => n !== 0);
  for (const batch of inBatches(moved))
    send(
      addTickets(batch.length),
      batch.flatMap(({ projectId, key, n }) => [projectId, key, n]),
    );
  const fewer = groupBy(
    moved.filter(({ n }) => n < 0),
    ({ projectId }) => projectId,
  );
  for (const [projectId, tags] of fewer) send(forget, [projectId, tags.map(({ key }) => key)]);
}
