import type { Database } from '../../db/database.js';
import { ticketIdOf } from '../../features/tickets/oneTicket.queries.js';
import { projectIdOf } from '../../features/projects/projects.queries.js';
import { newId } from '../../kernel/ids.js';

const KEY = /^[A-Z][A-Z0-9]{1,9}(-[1-9][0-9]{0,9})?$/;

/** Fields whose things have a key beside their id, and how it is looked up. */
const lookUps: Readonly<Record<string, (db: Database, key: string) => Promise<string | null>>> = {
  ticketId: ticketIdOf,
  projectId: projectIdOf,
};

export const hasKey = (field: string, text: string): boolean => Object.hasOwn(lookUps, field) && KEY.test(text);

/**
 * The id of what has this key. What is nowhere gets the id of nothing, so that it is refused by the procedure itself, in the very words
 * in which it refuses what is of others.
 */
export const idOfKey = async (db: Database, field: string, key: string): Promise<string> =>
  (await lookUps[field]?.(db, key)) ?? newId();
