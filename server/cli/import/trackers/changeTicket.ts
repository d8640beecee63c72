import type { TicketPatch } from '../../../../contract/ticket.js';
import { tagKey } from '../../../../contract/tagKey.js';
import type { Deps } from '../../../features/deps.js';
import { tagTicket } from '../../../features/tickets/commands/tagTicket.js';
import { untagTicket } from '../../../features/tickets/commands/untagTicket.js';
import { updateTicket } from '../../../features/tickets/commands/updateTicket.js';
import { watchTicket } from '../../../features/tickets/commands/watchTicket.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Cast } from './cast.js';
import type { Draft } from '../../../trackers/draft.js';
import { settleHolders } from './holders.js';
import type { ImportedTicket } from '../../../trackers/importedTicket.js';
import type { KnownTicket } from './knownTickets.js';

interface As {
  readonly deps: Deps;
  readonly actor: Actor;
}

/** Gives a ticket that is there what a record says now. Whether that was anything new. */
export async function changeTicket(
  as: As,
  known: KnownTicket,
  ticket: ImportedTicket,
  { title, description, tags }: Draft,
  { holders, watchers }: Cast,
): Promise<boolean> {
  const { row } = known;
  const { status, priority, category, storyPoints, estimatedHours, dueDate, waitingOn } = ticket;
  const says = { title, description, priority, category, storyPoints, estimatedHours, dueDate, waitingOn };
  const fields = differing(row, says);
  const ticketId = row.id;
  const update = async (patch: TicketPatch): Promise<boolean> => {
    if (Object.keys(patch).length === 0) return false;
    await updateTicket(as.deps, as.actor, { ticketId, patch });
    return true;
  };
  const isTagged = await settleTags(as, ticketId, row.tags, tags);
  const coming = watchers.filter(({ userId }) => !known.watcherIds.has(userId));
  for (const watcher of coming) await watchTicket(as.deps, watcher, { ticketId });
  const isOther = isTagged || coming.length > 0;
  const wanted = holders[0]?.userId ?? null;
  const isClosed = status === 'CLOSED';
  if (isClosed && row.status === 'CLOSED' && (wanted === null || wanted === known.lastHolderId))
    return (await update(fields)) || isOther;
  // Nobody can be given a closed ticket: it is opened for that, and closed again.
  const opened = isClosed ? (row.status === 'CLOSED' ? 'RESOLVED' : row.status) : status;
  const moved: TicketPatch = opened === row.status ? {} : { status: opened };
  const isOpened = await update({ ...fields, ...moved });
  const isGiven = await settleHolders(as, ticketId, known.holdings, holders);
  const isEnded = isClosed && (await update({ status }));
  return isOther || isOpened || isGiven || isEnded;
}

function differing<Says extends TicketPatch>(row: KnownTicket['row'], says: Says): TicketPatch {
  const is = row as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(says).filter(([field, value]) => is[field] !== value));
}

async function settleTags(
  { deps, actor }: As,
  ticketId: string,
  carried: readonly string[],
  wanted: readonly string[],
): Promise<boolean> {
  const [has, wants] = [new Set(carried.map(tagKey)), new Set(wanted.map(tagKey))];
  const gone = carried.filter((tag) => !wants.has(tagKey(tag)));
  const come = wanted.filter((tag) => !has.has(tagKey(tag)));
  if (gone.length > 0) await untagTicket(deps, actor, { ticketId, tags: gone });
  if (come.length > 0) await tagTicket(deps, actor, { ticketId, tags: come });
  return gone.length + come.length > 0;
}
