import { statement } from '../../../db/statement.js';
import type { Deps } from '../../../features/deps.js';
import { linkTickets } from '../../../features/tickets/commands/linkTickets.js';
import { updateTicket } from '../../../features/tickets/commands/updateTicket.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Misfit } from '../../../csv/misfit.js';
import { applyTogether } from '../applyTogether.js';
import { atMoment } from './applyTicket.js';
import type { ImportedLink, ImportedTicket } from '../../../trackers/importedTicket.js';
import { findKnownIds, type KnownId } from './knownTickets.js';
import type { Where } from './trackerPeople.js';

/** That a ticket stands below another one, or is linked to it. */
export interface Relation {
  readonly line: number;
  readonly own: string;
  readonly other: string;
  /** Null: the other one is its parent. */
  readonly link: Pick<ImportedLink, 'type' | 'isFrom'> | null;
}

export const relationsOf = (line: number, { externalId: own, parent, links }: ImportedTicket): Relation[] => [
  ...(parent === null ? [] : [{ line, own, other: parent, link: null }]),
  ...links.map(({ other, type, isFrom }) => ({ line, own, other, link: { type, isFrom } })),
];

/** The same for both ends of one link. */
export function keyOfRelation({ own, other, link }: Relation): string {
  const ends = link && (link.isFrom ? [own, other] : [other, own]);
  return JSON.stringify(ends ? [link.type, ...(link.type === 'RELATES' ? ends.toSorted() : ends)] : [own, other]);
}

interface Context extends Where {
  readonly deps: Deps;
  readonly actor: Actor;
}
interface Settled {
  readonly made: number;
  readonly notes: readonly Misfit[];
}

const findLink = statement(
  'import.link',
  `SELECT l.id FROM ticket_links l WHERE l.type = $3
     AND ((l.from_id = $1 AND l.to_id = $2) OR ($3 = 'RELATES' AND l.from_id = $2 AND l.to_id = $1))`,
);

const noteOf = ({ line, other, link }: Relation, reason: string): Misfit => ({
  line,
  column: link ? `link (${link.type.toLowerCase()})` : 'parent',
  value: other,
  reason,
});

/**
 * Makes these relations, those that are not there yet. What cannot be made is noted; it is in the text that came with the ticket.
 * `expected` are tickets that a dry run has made and undone: relations of them are counted, not tried.
 */
export async function settleRelations(
  context: Context,
  relations: readonly Relation[],
  expected: ReadonlySet<string>,
): Promise<Settled> {
  const { deps, actor } = context;
  const ids = await findKnownIds(context, [...new Set(relations.flatMap(({ own, other }) => [own, other]))]);
  const isThere = (id: string) => ids.has(id) || expected.has(id);
  const absent = relations.filter(({ own, other }) => isThere(own) && !isThere(other));
  const notes = absent.map((one) => noteOf(one, 'is no ticket that was imported here'));
  const whole = relations.filter(({ own, other }) => isThere(own) && isThere(other));
  const tried = whole.filter(({ own, other }) => ids.has(own) && ids.has(other));
  const results = await applyTogether(
    deps,
    actor,
    tried,
    (within, one) => settle({ ...context, deps: within }, one, ids),
    ({ isMade }) => isMade,
  );
  let made = whole.length - tried.length;
  results.forEach((result, nth) => {
    const relation = tried[nth];
    if ('refused' in result && relation) notes.push(noteOf(relation, result.refused));
    else if ('isMade' in result && result.isMade) made++;
  });
  return { made, notes };
}

async function settle(
  { deps, actor }: Context,
  { own, other, link }: Relation,
  ids: ReadonlyMap<string, KnownId>,
): Promise<{ readonly isMade: boolean }> {
  const [here, there] = [ids.get(own), ids.get(other)];
  if (!here || !there) throw new Error('a relation without its ends');
  const now = atMoment(deps, deps.clock.now());
  if (!link) {
    if (here.parentId === there.id) return { isMade: false };
    await updateTicket(now, actor, { ticketId: here.id, patch: { parentId: there.id } });
    return { isMade: true };
  }
  const [from, to] = link.isFrom ? [here.id, there.id] : [there.id, here.id];
  if ((await deps.db.all(findLink, [from, to, link.type])).length > 0) return { isMade: false };
  await linkTickets(now, actor, { ticketId: from, otherId: to, type: link.type });
  return { isMade: true };
}
