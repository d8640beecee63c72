import type { Comment as Presented } from '../../contract/comment.js';
import { decodeRow } from '../db/decodeRow.js';
import { Comment } from '../db/models/Comment.js';
import { Event } from '../db/models/Event.js';
import { presentComment } from '../features/comments/comments.queries.js';
import type { Place, Tell, Walk } from './check.js';
import { pagesOf, rowsOf } from './pages.js';
import { sameValue } from './sameValue.js';
import { commentWords } from './searchWords.js';

const PAGE = 250;
const LINES = 500;

interface Told {
  last: Presented | null;
  /** Words that customers can replay. */
  shown: boolean;
}
interface Row {
  readonly project_id: string;
  readonly seq: number;
}

/** The last event of each comment against its row. */
export const commentFolds: Walk = {
  checks: [
    {
      name: 'comments.events',
      says: 'the last event of a comment tells of its row',
      advice: 'Change the comment (comments.update): the event of that tells of the whole row again.',
    },
    {
      name: 'comments.hidden-words',
      says: 'customers can replay no words of a comment that is internal or deleted',
      advice: 'Set the audience of the events of this comment to TEAM.',
    },
    ...commentWords.checks,
  ],
  async walk(place, tell) {
    for await (const page of pagesOf(place.all, 'comments', PAGE)) {
      const comments = page.map((raw) => presentComment({ ...decodeRow(Comment, raw), userName: '' }));
      await foldPage(place, comments, tell);
      const there = comments.filter(({ deletedAt }) => deletedAt === null);
      const words = there.map(({ id, content }) => ({ id, title: '', text: content }));
      await commentWords.compare(place, words, tell);
    }
  },
};

async function foldPage(place: Place, comments: readonly Presented[], tell: Tell): Promise<void> {
  const told = new Map<string, Told>(comments.map(({ id }) => [id, { last: null, shown: false }]));
  const tickets = [...new Set(comments.map(({ ticketId }) => ticketId))];
  const { all, dialect } = place;
  const sql = (isFirst: boolean) => `SELECT * FROM events WHERE ${dialect.anyOf('ticket_id', '$1')}
    AND type LIKE 'comment.%' ${isFirst ? '' : 'AND (project_id, seq) > ($2, $3)'} ORDER BY project_id, seq LIMIT ${LINES}`;
  const keyOf = ({ project_id, seq }: Row) => [project_id, seq];
  for await (const raw of rowsOf<Row>(all, sql, [tickets], LINES, keyOf)) {
    const { audience, payload } = decodeRow(Event, raw);
    const { comment } = payload as { comment: Presented };
    const of = told.get(comment.id);
    if (!of) continue;
    if ((of.last?.version ?? 0) <= comment.version) of.last = comment;
    of.shown ||= comment.visibility === 'PUBLIC' && comment.content !== '' && audience !== 'TEAM';
  }
  for (const comment of comments) {
    const { last, shown } = told.get(comment.id) ?? { last: null, shown: false };
    if (shown && (comment.visibility !== 'PUBLIC' || comment.deletedAt !== null))
      tell('comments.hidden-words', `${comment.id}: customers can replay words of it that they may not see`);
    if (last && !sameValue({ ...last, userName: '' }, comment))
      tell('comments.events', `${comment.id}: its last event tells of another comment than its row`);
  }
}
