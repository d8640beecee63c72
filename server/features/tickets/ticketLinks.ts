import type { LinkRef } from '../../../contract/event.js';
import type { LinkType } from '../../../contract/link.js';
import { limits } from '../../../contract/limits.js';
import { decodeRow } from '../../db/decodeRow.js';
import { TicketLink, type MergeUndo } from '../../db/models/TicketLink.js';
import { insertRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { TicketRow } from './tickets.present.js';

/** A link on its way into the database, or out of it. */
export interface Link {
  readonly id: string;
  readonly fromId: string;
  readonly toId: string;
  readonly type: LinkType;
}
type End = Pick<TicketRow, 'id' | 'key'>;

/** Two that relate do so both ways, and that is stored once. */
export const linkOf = (type: LinkType, from: Pick<End, 'id'>, to: Pick<End, 'id'>): Link => {
  const [fromId, toId] = type === 'RELATES' && from.id > to.id ? [to.id, from.id] : [from.id, to.id];
  return { id: newId(), type, fromId, toId };
};

/** The link as the events and the history of one of its tickets tell it. */
export const linkRef = ({ id, type, fromId }: Link, own: Pick<End, 'id'>, other: End): LinkRef => ({
  id,
  type,
  isFrom: fromId === own.id,
  ticketId: other.id,
  key: other.key,
});

const find = statement(
  'links.find',
  'SELECT l.* FROM ticket_links l WHERE l.from_id = $1 AND l.to_id = $2 AND l.type = $3',
);
const rowOfLink = insertRow(TicketLink, [
  'id',
  'fromId',
  'toId',
  'type',
  'undo',
  'createdBy',
  'createdAt',
  'updatedAt',
]);
const remove = statement('links.remove', 'DELETE FROM ticket_links WHERE id = $1');

interface Found extends Link {
  readonly undo: MergeUndo | null;
}

/** The same link as it is stored. For use under the locks of both tickets. */
export async function findLink(unit: UnitOfWork, { fromId, toId, type }: Link): Promise<Found | null> {
  const [raw] = await unit.all(find, [fromId, toId, type]);
  return raw ? decodeRow(TicketLink, raw) : null;
}

/** After the tickets: one of them may be new. */
export const insertLink = (unit: UnitOfWork, actor: Actor, link: Link, undo: MergeUndo | null = null): void =>
  unit.send(
    rowOfLink.statement,
    rowOfLink.values({ ...link, undo, createdBy: actor.userId, createdAt: unit.at, updatedAt: unit.at }),
  );
export const deleteLink = (unit: UnitOfWork, { id }: Pick<Link, 'id'>): void => unit.send(remove, [id]);

const countOf = statement(
  'links.count',
  'SELECT (SELECT count(*) FROM ticket_links WHERE from_id = $1) + (SELECT count(*) FROM ticket_links WHERE to_id = $1) AS n',
);

/** @throws BAD_INPUT a ticket has as many links as it may have. */
export async function demandRoom(unit: UnitOfWork, tickets: readonly End[]): Promise<void> {
  for (const { id, key } of tickets) {
    const [row] = await unit.all<{ n: number | string }>(countOf, [id]);
    if (Number(row?.n) >= limits.linksOfTicket)
      throw new AppError('BAD_INPUT', `${key} has ${limits.linksOfTicket} links, which is as many as there can be.`);
  }
}

/** Each ticket once, and no more than are looked at. */
const blockedBy = statement(
  'links.blockedBy',
  `WITH RECURSIVE down (id) AS (
     SELECT t.id FROM tickets t WHERE t.id = $1 UNION SELECT l.to_id FROM down JOIN ticket_links l ON l.from_id = down.id AND l.type = 'BLOCKS')
   SELECT id FROM down LIMIT ${limits.blockedTicketsMax + 1}`,
);

/**
 * For use in turn with all who do the same: each sees the links of those before it.
 * @throws BAD_INPUT the one that is to block waits itself for the other, or for so many that nobody could tell.
 */
export async function demandNoCircle(unit: UnitOfWork, { fromId, toId }: Link): Promise<void> {
  const down = await unit.all<{ id: string }>(blockedBy, [toId]);
  if (down.some(({ id }) => id === fromId))
    throw new AppError('BAD_INPUT', 'These tickets would block each other.', { field: 'otherId' });
  if (down.length > limits.blockedTicketsMax)
    throw new AppError('BAD_INPUT', 'Too many tickets wait for this one to be sure that none would block itself.', {
      field: 'otherId',
    });
}

/** @throws BAD_INPUT it is one ticket. */
export function demandTwo(ticketId: string, otherId: string, field: string): void {
  if (ticketId === otherId) throw new AppError('BAD_INPUT', 'These are one ticket.', { field });
}
