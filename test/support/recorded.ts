import { statement } from '../../server/db/statement.js';
import type { World } from './world.js';

export interface Recorded {
  readonly seq: number;
  readonly type: string;
  readonly actorId: string | null;
  readonly audience: string | null;
  readonly payload: any;
}

const projectEvents = statement(
  'test.events',
  (d) => `SELECT seq, type, actor_id, audience, ${d.jsonText('payload')} AS payload FROM events
   WHERE project_id = $1 ORDER BY seq`,
);
const feedEvents = statement(
  'test.feed',
  (d) => `SELECT seq, type, actor_id, NULL AS audience, ${d.jsonText('payload')} AS payload FROM feed_events
   WHERE user_id = $1 ORDER BY seq`,
);
type Row = { seq: number; type: string; actor_id: string | null; audience: string | null; payload: string };
const decoded = ({ seq, type, actor_id: actorId, audience, payload }: Row): Recorded => ({
  seq,
  type,
  actorId,
  audience,
  payload: JSON.parse(payload),
});

/** The event log of a project, from its first event on. */
export const eventsOf = async ({ db }: World, projectId: string): Promise<Recorded[]> =>
  (await db.all<Row>(projectEvents, [projectId])).map(decoded);

/** A person's own stream, from its first event on. */
export const feedOf = async ({ db }: World, userId: string): Promise<Recorded[]> =>
  (await db.all<Row>(feedEvents, [userId])).map(decoded);

export const numbered = (events: readonly Recorded[]): number[] => events.map(({ seq }) => seq);
