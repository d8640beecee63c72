import { tagKey } from '../../../contract/tagKey.js';
import { limits } from '../../../contract/limits.js';
import { Tag } from '../../db/models/Tag.js';
import { insertRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { AppError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { TicketRow } from './tickets.present.js';

const findTags = statement(
  'tags.byKeys',
  (d) => `SELECT g.name, g.name_key FROM tags g WHERE ${d.anyOf('g.name_key', '$1')}`,
);
const rowOfTag = insertRow(Tag, ['id', 'name', 'nameKey', 'createdAt', 'updatedAt']);
const insertTag = statement('tags.insertNew', (d) => `${rowOfTag.statement.text(d)} ON CONFLICT (name_key) DO NOTHING`);
const addTags = statement(
  'ticketTags.add',
  (d) => `INSERT INTO ticket_tags (tag_id, ticket_id, project_id, created_at, updated_at)
   SELECT g.id, ${d.cast('$1', '')}, ${d.cast('$4', '')}, ${d.cast('$3', 'DATE')}, ${d.cast('$3', 'DATE')} FROM tags g
   WHERE ${d.anyOf('g.name_key', '$2')}`,
);
const removeTags = statement(
  'ticketTags.remove',
  (d) => `DELETE FROM ticket_tags WHERE ticket_id = $1
     AND tag_id IN (SELECT g.id FROM tags g WHERE ${d.anyOf('g.name_key', '$2')})`,
);

const keysOf = (names: readonly string[]): string[] => [...new Set(names.map(tagKey))].toSorted();

/**
 * The names by which everybody knows these tags; those that nobody used yet are made. For use under the locks of tickets.
 * New ones are made in the order of their keys: who makes the same at once waits, and nobody for each other.
 */
export async function tagNames(unit: UnitOfWork, asked: readonly string[]): Promise<string[]> {
  type Found = { readonly name: string; readonly name_key: string };
  const keys = keysOf(asked);
  const known = await unit.all<Found>(findTags, [keys]);
  const missing = keys.filter((key) => known.every(({ name_key }) => name_key !== key));
  if (missing.length === 0) return known.map(({ name }) => name);
  for (const key of missing) {
    const name = asked.find((one) => tagKey(one) === key) ?? key;
    const row = { id: newId(), name, nameKey: key, createdAt: unit.at, updatedAt: unit.at };
    unit.send(insertTag, rowOfTag.values(row));
  }
  return (await unit.all<Found>(findTags, [keys])).map(({ name }) => name);
}

/** Each once, in the order of a ticket's tags. @throws BAD_INPUT they are too many for one ticket. */
export function tagsTogether(...lists: readonly (readonly string[])[]): string[] {
  const tags = [...new Set(lists.flat())].toSorted();
  if (tags.length > limits.tagsOfTicket)
    throw new AppError('BAD_INPUT', `A ticket carries at most ${limits.tagsOfTicket} tags.`, { field: 'tags' });
  return tags;
}

/** Without those of these names, in whatever case. */
export function tagsWithout(tags: readonly string[], names: readonly string[]): string[] {
  const gone = new Set(keysOf(names));
  return tags.filter((tag) => !gone.has(tagKey(tag)));
}

/** Writes what `tags` of the row says into the index by which tickets are found. */
export function writeTags(unit: UnitOfWork, before: readonly string[], { id, projectId, tags }: TicketRow): void {
  const gone = before.filter((tag) => !tags.includes(tag));
  const come = tags.filter((tag) => !before.includes(tag));
  if (gone.length > 0) unit.send(removeTags, [id, keysOf(gone)]);
  if (come.length > 0) unit.send(addTags, [id, keysOf(come), unit.at, projectId]);
}
