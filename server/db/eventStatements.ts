import type { Dialect } from './dialect.js';
import { addByCount, insertsAlike, insertsByCount, statementsByCount, tuple } from './rowStatements.js';
import { statement, transactionId } from './statement.js';

export interface NumbersRow {
  readonly event_seq: number;
  readonly ticket_no: number;
  readonly sla_revision: string | null;
  readonly transaction_id: string | null;
}
// The row lock that this UPDATE takes puts the project's writers in a row until COMMIT: their numbers follow their order.
export const takeNumbers = statement(
  'counters.take',
  (d) => `UPDATE project_counters SET event_seq = event_seq + $2, ticket_no = ticket_no + $3, n_open = n_open + $4,
     n_in_progress = n_in_progress + $5, n_review = n_review + $6, n_resolved = n_resolved + $7, n_closed = n_closed + $8
   WHERE project_id = $1 RETURNING event_seq, ticket_no, sla_revision, ${transactionId(d)}`,
);
/** In which events that are written together mostly agree. */
const commonColumns = [
  'project_id',
  'actor_id',
  'actor_name',
  'audience',
  'conversation_id',
  'members_of',
  'message_id',
  'at',
] as const;
export const projectColumns = [...commonColumns, 'seq', 'id', 'type', 'ticket_id', 'reporter_id', 'payload'] as const;
/** As it was written, for those who are woken by it. */
const returning = (d: Dialect): string => `RETURNING id, seq, ${d.jsonText('payload')} AS payload`;
const insertEventsText = (rows: readonly (readonly string[])[]): string =>
  `INSERT INTO events (${projectColumns.join(', ')}) VALUES ${rows.map(tuple).join(', ')}`;
export const insertEvents = {
  told: statementsByCount(
    'events.insert',
    projectColumns.length,
    (rows, d) => `${insertEventsText(rows)} ${returning(d)}`,
  ),
  untold: {
    ofMany: insertsByCount('events.load', 'events', projectColumns),
    alike: {
      width: commonColumns.length,
      ofMany: insertsAlike('events.load.alike', 'events', projectColumns, commonColumns.length),
    },
  },
};
export const takeFeedNumbers = addByCount('feeds.take', {
  table: 'user_feeds',
  key: 'user_id',
  column: 'feed_seq',
  told: ['feed_seq'],
});
export interface FeedNumbers {
  readonly user_id: string;
  readonly feed_seq: number;
}
export const feedColumns = [
  ...(['id', 'type', 'actor_id', 'actor_name', 'project_id', 'ticket_id'] as const),
  ...(['conversation_id', 'message_id', 'payload', 'at'] as const),
] as const;
// Numbers just taken, told from the last one back. Nothing else in the transaction depends on them, so nobody waits for them
// before COMMIT.
const insertFeedEventsText = (rows: readonly (readonly string[])[], d: Dialect): string => {
  const columns = ['', 'INTEGER', '', '', '', '', '', '', '', '', 'JSON', 'DATE'].map((type, index) =>
    d.cast(`v.column${index + 1}`, type),
  );
  const [user, behind, ...rest] = columns;
  return `INSERT INTO feed_events (user_id, seq, ${feedColumns.join(', ')})
     SELECT ${user}, f.feed_seq - ${behind}, ${rest.join(', ')} FROM (VALUES ${rows.map(tuple).join(', ')}) AS v
     JOIN user_feeds f ON f.user_id = v.column1`;
};
const feedWidth = 2 + feedColumns.length;
export const insertFeedEvents = {
  told: statementsByCount('feeds.insert', feedWidth, (rows, d) => `${insertFeedEventsText(rows, d)} ${returning(d)}`),
  untold: statementsByCount('feeds.load', feedWidth, insertFeedEventsText),
};
