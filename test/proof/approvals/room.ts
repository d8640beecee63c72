import type { Handover } from '../../../contract/event.js';
import type { Ticket } from '../../../contract/ticket.js';

/** An event of a ticket, as far as loads follow from it. */
export interface Told {
  readonly seq: number;
  readonly ticket: Pick<Ticket, 'id' | 'status' | 'storyPoints' | 'deletedAt' | 'assignees'>;
  readonly handover?: Pick<Handover, 'type' | 'assigneeId'>;
}

/** What one transaction did to somebody's load. */
export interface Passage {
  readonly seq: number;
  readonly before: number;
  readonly after: number;
  /** What they had when its last approval gave them points; null: none did. */
  readonly given: number | null;
}

/** A limit that was changed, and the load at that moment, under the lock of their row. */
export interface Limit {
  readonly load: number;
  readonly from: number;
  readonly to: number;
}

/** What somebody had, and might have, when the first event came; and how that limit was changed, in order. */
export interface Course {
  readonly base: number;
  readonly limit: number;
  readonly changes: readonly Limit[];
}

const isFinished = ({ status }: Told['ticket']): boolean => status === 'RESOLVED' || status === 'CLOSED';

function pointsFor(person: string, ticket: Told['ticket']): number {
  const isHeld = ticket.assignees.some(({ userId }) => userId === person);
  return isHeld && ticket.deletedAt === null && !isFinished(ticket) ? (ticket.storyPoints ?? 0) : 0;
}

/**
 * Somebody's load as the events tell of it, in the order of their numbers, which is that of the commits. `together` names the transactions of several
 * tickets, by number.
 */
export function passagesOf(
  person: string,
  base: number,
  events: readonly Told[],
  together: ReadonlyMap<number, string>,
): Passage[] {
  const held = new Map<string, number>();
  const passages: Passage[] = [];
  let name: string | undefined;
  for (const { seq, ticket, handover } of events) {
    const points = pointsFor(person, ticket);
    const gained = points - (held.get(ticket.id) ?? 0);
    held.set(ticket.id, points);
    const isSame = name !== undefined && name === together.get(seq);
    name = together.get(seq);
    const last = passages.at(-1);
    const open = isSame && last ? passages.pop() : undefined;
    const load = last?.after ?? base;
    const isGift = handover?.type === 'AI' && handover.assigneeId === person && gained > 0;
    // What an approval takes from them after it has given makes room for it: all of it counts.
    const isApproved = handover?.type === 'AI' && (open?.given ?? null) !== null;
    const given = isGift || isApproved ? load + gained : (open?.given ?? null);
    passages.push({ seq: open?.seq ?? seq, before: open?.before ?? load, after: load + gained, given });
  }
  return passages;
}

/**
 * What of it no limit allows: an approval that gave more than there was room for, wherever among the transactions the limit may have been changed. It was
 * changed where the load was what its row had then.
 */
export function overfullOf(passages: readonly Passage[], { base, limit, changes }: Course): string[] {
  const limits = [limit, ...changes.map(({ to }) => to)];
  let places: ReadonlySet<number> = new Set([0]);
  const reach = (load: number): Set<number> => {
    const reached = new Set(places);
    for (const place of reached) if (changes[place]?.load === load) reached.add(place + 1);
    return reached;
  };
  for (const { seq, before, given } of passages) {
    const reached = reach(before);
    places = given === null ? reached : new Set([...reached].filter((place) => given <= (limits[place] ?? 0)));
    if (places.size > 0) continue;
    const allowed = [...reached].map((place) => limits[place]).join(' or ');
    return [`an approval gave them ${given} points of ${allowed} at #${seq}`];
  }
  const end = passages.at(-1)?.after ?? base;
  return reach(end).has(changes.length) ? [] : ['their limit was changed at a load that no event tells of'];
}

/** The changes of a limit as they followed upon each other; none comes twice. Null: they do not. */
export function inOrder(limit: number, changes: readonly Limit[]): Limit[] | null {
  const ordered: Limit[] = [];
  for (let from = limit; ordered.length < changes.length; from = ordered.at(-1)?.to ?? 0) {
    const next = changes.find((change) => change.from === from);
    if (!next) return null;
    ordered.push(next);
  }
  return ordered;
}
