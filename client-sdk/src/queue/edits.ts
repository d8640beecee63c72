import type { JsonValue } from '../../../contract/errors.js';
import type { Ticket } from '../../../contract/ticket.js';
import type { CallByPath } from '../calls.js';
import { newKey } from '../randoms.js';
import type { QueuedCall } from './queueStore.js';

type Fields = { readonly [field: string]: JsonValue };

/** What the two sides want of one field. `was` is missing when no list showed the ticket when the edit was made. */
export interface ConflictingField {
  readonly yours: JsonValue;
  readonly theirs: JsonValue;
  readonly was?: JsonValue;
}

/** What is kept while the server cannot be reached. Signing, reading and what lets people in are not: they are about now. */
const kept = new Set([
  'tickets.create',
  'tickets.update',
  'tickets.delete',
  'tasks.create',
  'tasks.update',
  'tasks.delete',
  'assignments.assign',
  'assignments.claim',
  'assignments.reassign',
  'assignments.remove',
  'assignments.save',
  'comments.create',
  'comments.update',
  'comments.delete',
  'messages.post',
  'messages.edit',
  'messages.delete',
]);
export const isKept = (path: string): boolean => kept.has(path);

const idFields: Readonly<Record<string, string>> = { 'tickets.update': 'ticketId', 'tasks.update': 'taskId' };

const isFields = (value: JsonValue | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
/** As the server compares: objects by what they hold, in any order. */
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const patchOf = ({ input }: Pick<QueuedCall, 'input'>): Fields => (isFields(input['patch']) ? input['patch'] : {});

/** The ticket that a call edits field by field. */
export function editedTicket({ path, input }: Pick<QueuedCall, 'path' | 'input'>): string | null {
  const field = Object.hasOwn(idFields, path) ? idFields[path] : undefined;
  const ticketId = field === undefined ? null : input[field];
  return typeof ticketId === 'string' ? ticketId.toLowerCase() : null;
}

/** Calls for a client without a queue: an edit expects the version that its maker saw. */
export const onWhatWasSeen =
  (call: CallByPath): CallByPath =>
  (path, kind, input, options = {}) => {
    const { seen } = options;
    const isEdit = kind === 'mutation' && Object.hasOwn(idFields, path);
    const isPlain = isEdit && seen && (input as Fields)['expectedVersion'] === undefined;
    return call(path, kind, isPlain ? { ...(input as Fields), expectedVersion: seen.version } : input, options);
  };

/** An edit that knows what it was made on: the newest that is known of the ticket, with one's own waiting edits of it over that. */
export function grounded(call: QueuedCall, newest: Ticket | undefined, waiting: readonly QueuedCall[]): QueuedCall {
  if (!newest) return call;
  const seen = waiting.reduce((fields, before) => ({ ...fields, ...patchOf(before) }), newest as unknown as Fields);
  const was = Object.fromEntries(Object.keys(patchOf(call)).map((field) => [field, seen[field] ?? null]));
  if (call.input['expectedVersion'] !== undefined) return { ...call, was };
  // What is still being made has no version yet.
  const input = newest.lastSeq > 0 ? { ...call.input, expectedVersion: newest.version } : call.input;
  return { ...call, was, input, isRebased: true };
}

/**
 * The edit on top of one's own before it, which `reply` answers. As long as the ticket has in all its fields what the edit was
 * made on, nobody else changed them, and it may expect the new version; or else it stays, and the server will say who did.
 */
export function rebased(call: QueuedCall, reply: Fields): QueuedCall {
  const { was, input } = call;
  const { version } = reply;
  if (!call.isRebased || !was || typeof version !== 'number') return call;
  if (Number(input['expectedVersion'] ?? 0) >= version) return call;
  const isUntouched = Object.keys(was).every((field) => isEqual(was[field], reply[field]));
  return isUntouched ? { ...call, input: { ...input, expectedVersion: version } } : call;
}

/** What a refused edit is about, field by field; null when it was refused for something else. */
export function conflictingFields(call: QueuedCall): Readonly<Record<string, ConflictingField>> | null {
  const { refusal, was } = call;
  const fields = refusal?.details['fields'];
  if (refusal?.code !== 'CONFLICT' || !isFields(fields)) return null;
  const both = Object.entries(fields).flatMap(([field, told]): [string, ConflictingField][] => {
    if (!isFields(told)) return [];
    const { yours = null, theirs = null } = told;
    const before = was?.[field];
    // What one saw when one made the edit is nobody else's change.
    if (before !== undefined && isEqual(before, theirs)) return [];
    return [[field, { yours, theirs, ...(before !== undefined && { was: before }) }]];
  });
  return Object.fromEntries(both);
}

/**
 * A refused edit made anew on what the others made of it: of the fields in conflict only `mine`, and all others that it has. Null
 * when nothing is left of it.
 */
export function settled(call: QueuedCall, mine: (field: string) => boolean): Pick<QueuedCall, 'input' | 'was'> | null {
  const fields = conflictingFields(call) ?? {};
  const wanted = Object.entries(patchOf(call)).filter(([field]) => !Object.hasOwn(fields, field) || mine(field));
  const version = call.refusal?.details['currentVersion'];
  if (wanted.length === 0 || typeof version !== 'number') return null;
  const theirs = Object.entries(fields).map(([field, told]) => [field, told.theirs] as const);
  return {
    input: { ...call.input, patch: Object.fromEntries(wanted), expectedVersion: version, idempotencyKey: newKey() },
    was: { ...call.was, ...Object.fromEntries(theirs) },
  };
}
