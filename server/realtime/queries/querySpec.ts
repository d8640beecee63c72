import { createHash } from 'node:crypto';
import type { Ticket } from '../../../contract/ticket.js';
import type { TicketSort } from '../../../contract/ticketInputs.js';
import type { TicketFilter } from '../../../contract/ticketFilter.js';
import { forCustomer } from '../../features/tickets/tickets.present.js';
import { canonicalJson } from '../../kernel/canonicalJson.js';
import type { QueryScope } from './queryScope.js';

/** What a caller asks for. */
export interface QueryRequest {
  /** Null: all projects that the person may enter. */
  readonly projectId: string | null;
  readonly filter: TicketFilter;
  readonly sort: TicketSort;
  readonly limit: number;
}

/** What is asked for, of whose tickets: callers with equal ones share one query. */
export interface QuerySpec {
  /** Equal texts, equal answers. */
  readonly identity: string;
  /** The identity in a few characters, for cursors. */
  readonly hash: string;
  readonly scope: QueryScope;
  /** All projects of the scope, sorted. A place in the log is one number for each, in this order. */
  readonly projects: readonly string[];
  readonly filter: TicketFilter;
  readonly sort: TicketSort;
  readonly limit: number;
}

const HASH_LENGTH = 16;

export function querySpec({ filter, sort, limit }: QueryRequest, scope: QueryScope): QuerySpec {
  const asked = { filter: canonical(filter), sort, limit };
  const identity = canonicalJson({ ...asked, scope: { ...scope } });
  return {
    ...asked,
    identity,
    hash: createHash('sha256').update(identity).digest('base64url').slice(0, HASH_LENGTH),
    scope,
    projects: [...scope.staffOf, ...scope.customerOf].toSorted(),
  };
}

/** Lists of words mean the same in any order. */
const canonical = (filter: TicketFilter): TicketFilter =>
  Object.fromEntries(
    Object.entries(filter)
      .filter(([, wanted]) => wanted !== undefined)
      .map(([field, wanted]) => [field, Array.isArray(wanted) ? [...new Set(wanted)].toSorted() : wanted]),
  );

const customerViews = new WeakMap<Ticket, Ticket>();

const asItIs = (row: Ticket): Ticket => row;

/** A row as the query's readers may see it. Equal views are one object, made once. */
export function viewerOf({ scope }: QuerySpec): (row: Ticket) => Ticket {
  if (scope.customerOf.length === 0) return asItIs;
  const staffOf = new Set(scope.staffOf);
  return (row) => {
    if (staffOf.has(row.projectId)) return row;
    const known = customerViews.get(row);
    if (known) return known;
    const made = forCustomer(row);
    customerViews.set(row, made);
    return made;
  };
}
