import type { Audience } from '../../contract/event.js';
import { traceNow } from '../kernel/tracing.js';

/** An event as its row lies in the log: a project's, or, without `audience`, one of a person's own stream. */
export interface EventRow {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly actor_id: string | null;
  readonly actor_name: string | null;
  readonly project_id: string | null;
  readonly ticket_id: string | null;
  readonly audience?: Audience;
  readonly reporter_id?: string | null;
  /** These three only when it tells of a conversation. */
  readonly conversation_id?: string | null;
  readonly members_of?: string | null;
  readonly message_id?: string | null;
  readonly withdrawn?: boolean | number;
  /** JSON in the words of the database, which need not be those it was given. */
  readonly payload: string;
  readonly at: Date | string;
  /** The span of the unit of work that wrote it, in a wake-up alone: who delivers it goes on with that. */
  readonly trace?: string;
}

/** A stream moved: project `id` (or the feed of user `id`) has events up to `seq`. */
export interface Wake {
  readonly kind: 'project' | 'user';
  readonly id: string;
  readonly seq: number;
  /** Those of the new events that are at hand, committed like the rest: they need not be read from the log. */
  readonly rows?: readonly EventRow[];
  /** When it was told first, right after COMMIT; in milliseconds since 1970. */
  readonly at?: number | undefined;
}

/** More are read from the log, which is then the cheaper way. */
export const ROWS_MAX = 64;

/** The same wake-ups, whose events say by which span they were written. */
export function traced(wakes: readonly Wake[]): readonly Wake[] {
  const trace = traceNow();
  if (trace === undefined) return wakes;
  return wakes.map((wake) => (wake.rows ? { ...wake, rows: wake.rows.map((row) => ({ ...row, trace })) } : wake));
}

/** Puts a wake-up to those that wait: one of each stream, which says what all of them said. */
export function addWake(waiting: Map<string, Wake>, { kind, id, seq, rows = [], at }: Wake): void {
  const key = `${kind}:${id}`;
  const before = waiting.get(key);
  const all = [...(before?.rows ?? []), ...rows];
  const latest = Math.max(seq, before?.seq ?? 0);
  waiting.set(key, { kind, id, seq: latest, rows: all.length > ROWS_MAX ? [] : all, at: before?.at ?? at });
}
