import type { Audience, FeedEvent, ProjectEvent } from '../../contract/event.js';
import type { Database } from '../db/database.js';
import type { Dialect } from '../db/dialect.js';
import { statement } from '../db/statement.js';
import type { EventRow } from '../db/wake.js';
import { labelOf } from '../kernel/actor.js';
import { AppError } from '../kernel/errors.js';
import { streamKey, type StreamRef } from './streamRef.js';

interface Entry<Event> {
  readonly seq: number;
  /** About how much memory it holds. */
  readonly bytes: number;
  readonly event: Event;
  /** The conversation it tells of. */
  readonly conversationId: string | null;
  /** What it tells of has left the project, or was deleted. */
  readonly isWithdrawn: boolean;
  /** The span that wrote it, when it came with a wake-up and spans are recorded. */
  readonly trace?: string;
}
export interface ProjectEntry extends Entry<ProjectEvent> {
  readonly audience: Audience;
  readonly reporterId: string | null;
  /** The private channel whose members alone are told. */
  readonly membersOf: string | null;
  /** Made at the first customer who may see it. */
  customerView?: ProjectEvent;
}
export type FeedEntry = Entry<FeedEvent>;
export type LogEntry = ProjectEntry | FeedEntry;

export interface Head {
  /** The stream's last event; 0 when it has none. */
  readonly seq: number;
  /** The oldest event still kept. */
  readonly minSeq: number;
}
export interface Heads {
  readonly epoch: string;
  /** By {@link streamKey}. */
  readonly of: ReadonlyMap<string, Head>;
}

const EPOCH = '(SELECT epoch FROM installation) AS epoch';
const epochOf = statement('log.epoch', `SELECT ${EPOCH}`);
const headsOf = statement(
  'log.heads',
  (d) =>
    `SELECT 'project' AS kind, project_id AS id, event_seq AS seq, event_min_seq AS min_seq, ${EPOCH} FROM project_counters
       WHERE ${d.anyOf('project_id', '$1')}
     UNION ALL SELECT 'user', user_id, feed_seq, feed_min_seq, ${EPOCH} FROM user_feeds WHERE ${d.anyOf('user_id', '$2')}`,
);
const projectPage = (d: Dialect, condition = ''): string =>
  `SELECT seq, id, type, actor_id, actor_name, project_id, ticket_id, audience, reporter_id, withdrawn,
     conversation_id, members_of,
     ${d.jsonText('payload')} AS payload, at
   FROM events WHERE project_id = $1 AND seq > $2 AND seq <= $3 ${condition}ORDER BY seq LIMIT $4`;
const pageOfTypes = statement('log.projectPageOfTypes', (d) => projectPage(d, `AND ${d.anyOf('type', '$5')} `));
const pageStatements = {
  project: statement('log.projectPage', (d) => projectPage(d)),
  user: statement(
    'log.feedPage',
    (d) =>
      `SELECT seq, id, type, actor_id, actor_name, project_id, ticket_id, withdrawn, conversation_id,
         ${d.jsonText('payload')} AS payload, at
       FROM feed_events WHERE user_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4`,
  ),
};

interface HeadRow extends StreamRef {
  seq: number;
  min_seq: number;
  epoch: string;
}
/** Reads of the event log: the truth that every stream is made of. */
export class EventLog {
  constructor(private readonly db: Pick<Database, 'all'>) {}

  async epoch(): Promise<string> {
    const [row] = await this.db.all<{ epoch: string | null }>(epochOf, []);
    if (!row?.epoch) throw new AppError('UNAVAILABLE', 'The database has not been set up yet.');
    return row.epoch;
  }

  /** Heads of any number of streams, in one statement. Streams that do not exist are left out. */
  async heads(streams: readonly StreamRef[]): Promise<Heads> {
    const idsOf = (kind: StreamRef['kind']) => streams.filter((ref) => ref.kind === kind).map(({ id }) => id);
    const rows = await this.db.all<HeadRow>(headsOf, [idsOf('project'), idsOf('user')]);
    const epoch = rows[0]?.epoch ?? (await this.epoch());
    return { epoch, of: new Map(rows.map((row) => [streamKey(row), { seq: row.seq, minSeq: row.min_seq }])) };
  }

  /** Events after `afterSeq` up to and including `lastSeq`, in order, at most `limit`. */
  async page(stream: StreamRef, afterSeq: number, lastSeq: number, limit: number): Promise<LogEntry[]> {
    const rows = await this.db.all<EventRow>(pageStatements[stream.kind], [stream.id, afterSeq, lastSeq, limit]);
    return rows.map(presentEvent);
  }

  /** The same of a project's events, those of these types alone. */
  async projectPage(
    projectId: string,
    afterSeq: number,
    lastSeq: number,
    limit: number,
    types: readonly string[] | undefined,
  ): Promise<ProjectEntry[]> {
    const asked = [projectId, afterSeq, lastSeq, limit] as const;
    const rows = types
      ? await this.db.all<EventRow>(pageOfTypes, [...asked, types])
      : await this.db.all<EventRow>(pageStatements.project, asked);
    return rows.map((row) => presentEvent(row) as ProjectEntry);
  }
}

const traceOf = ({ trace }: EventRow) => (trace === undefined ? {} : { trace });

/** The one way from a row to what is sent of it, whether it was read or came with a wake-up. */
export function presentEvent(row: EventRow): LogEntry {
  const actor = row.actor_id === null ? null : { id: row.actor_id, name: row.actor_name ?? '' };
  const label = labelOf({ userId: row.actor_id, name: row.actor_name });
  // The log holds what commands of this and earlier versions wrote under the type: shapes only grow.
  const event = {
    kind: 'event',
    seq: row.seq,
    id: row.id,
    type: row.type,
    projectId: row.project_id,
    ticketId: row.ticket_id,
    actor,
    ...(label !== null && { by: label }),
    at: new Date(row.at).toISOString(),
    payload: JSON.parse(row.payload) as unknown,
  };
  const conversationId = row.conversation_id ?? null;
  const entry = {
    seq: row.seq,
    bytes: row.payload.length + 400,
    conversationId,
    isWithdrawn: Boolean(row.withdrawn),
    ...traceOf(row),
  };
  if (row.audience === undefined) return { ...entry, event: event as FeedEvent };
  return {
    ...entry,
    event: event as ProjectEvent,
    audience: row.audience,
    reporterId: row.reporter_id ?? null,
    membersOf: row.members_of ?? null,
  };
}
