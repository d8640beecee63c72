import type { JsonValue } from '../../../contract/errors.js';
import { BatonError } from '../errors.js';
import type { Readable } from '../store.js';
import { conflictingFields, type ConflictingField } from './edits.js';
import type { QueuedCall } from './queueStore.js';

/** A mutation that the server has not done. `at` is when it was made, in UTC by this machine's clock. */
export interface QueuedMutation {
  readonly id: string;
  readonly path: string;
  readonly input: { readonly [field: string]: JsonValue };
  readonly at: string;
}
export interface RefusedMutation extends QueuedMutation {
  readonly error: BatonError;
  /** Whether the promise of the call rejected with it, in this page; after a reload nobody waits for it. */
  readonly isTold: boolean;
}
/** An edit of fields that others changed meanwhile: nothing of it was done. */
export interface QueueConflict extends RefusedMutation {
  readonly fields: Readonly<Record<string, ConflictingField>>;
}

export interface QueueState {
  /** Being sent, or to be sent, in this order. */
  readonly waiting: readonly QueuedMutation[];
  /** To be settled by `keepMine` or `keepTheirs`. */
  readonly conflicts: readonly QueueConflict[];
  /** Refused for another reason: to be made again by `retry`, or let go by `dismiss`. */
  readonly refused: readonly RefusedMutation[];
}

/** What is kept of this person's mutations, and what became of those that were refused. Without the option `queue` it stays empty. */
export interface Queue extends Readable<QueueState> {
  /** Makes a refused edit again, upon what the others made of the ticket. Of the fields in conflict, those that are named; all, when none are named. */
  keepMine(id: string, fields?: readonly string[]): void;
  /** Leaves the fields in conflict as they are; the rest of the edit is made again. */
  keepTheirs(id: string): void;
  /** Makes a refused call again as it was. */
  retry(id: string): void;
  /** Forgets a refused call. */
  dismiss(id: string): void;
}

export const emptyQueue: QueueState = { waiting: [], conflicts: [], refused: [] };

const nothing = () => {};
/** Of a client that keeps nothing. */
export const noQueue: Queue = {
  get: () => emptyQueue,
  subscribe: () => nothing,
  keepMine: nothing,
  keepTheirs: nothing,
  retry: nothing,
  dismiss: nothing,
};

/** `calls` in their order; `told` are the ids of those whose refusal was told to who made them. */
export function stateOf(calls: readonly QueuedCall[], told: ReadonlySet<string>): QueueState {
  const conflicts: QueueConflict[] = [];
  const refused: RefusedMutation[] = [];
  const waiting: QueuedMutation[] = [];
  for (const call of calls) {
    const { id, path, input, at, refusal } = call;
    if (!refusal) {
      waiting.push({ id, path, input, at });
      continue;
    }
    const error = new BatonError(refusal.code, refusal.message, refusal.details);
    const mutation = { id, path, input, at, error, isTold: told.has(id) };
    const fields = conflictingFields(call);
    if (fields) conflicts.push({ ...mutation, fields });
    else refused.push(mutation);
  }
  return { waiting, conflicts, refused };
}
