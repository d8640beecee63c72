import { isBatonError, type BatonClient, type JsonValue, type Ticket } from '../sdk.js';

export interface Clash {
  readonly field: keyof Ticket;
  readonly yours: JsonValue;
  readonly theirs: JsonValue;
}
/** Somebody else changed the same fields a moment earlier; nothing of one's own was written. */
export interface Conflict {
  readonly ticketId: string;
  /** The version that has theirs: whoever chooses their own writes on top of it. */
  readonly currentVersion: number;
  readonly clashes: readonly Clash[];
}

/** Null when the failure is another, or tells no values to choose from. */
export function conflictOf(ticketId: string, error: unknown): Conflict | null {
  if (!isBatonError(error, 'CONFLICT')) return null;
  const { fields, currentVersion } = error.details;
  if (typeof currentVersion !== 'number' || !isObject(fields)) return null;
  const clashes = Object.entries(fields).flatMap(([field, values]) =>
    isObject(values)
      ? [{ field: field as keyof Ticket, yours: values['yours'] ?? null, theirs: values['theirs'] ?? null }]
      : [],
  );
  return clashes.length === 0 ? null : { ticketId, currentVersion, clashes };
}

const isObject = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Edits of the ticket or comment that were refused and told of: the queue keeps them until somebody settles them. */
const queuedConflicts = ({ queue }: BatonClient, id: string) =>
  queue.get().conflicts.filter(({ isTold, input }) => isTold && [input['ticketId'], input['commentId']].includes(id));

/** Whether the refused edit waits in the queue, where it is shown until somebody settles it. */
export const isQueued = (client: BatonClient, ticketId: string): boolean =>
  queuedConflicts(client, ticketId).length > 0;

/** For whoever tells a refused edit in their own way: the queue need not keep it. */
export function letGo(client: BatonClient, editedId: string): void {
  for (const { id } of queuedConflicts(client, editedId)) client.queue.dismiss(id);
}

/** The conflicts of this board that wait to be settled. Only where its ticket is open can one be shown. */
export class Conflicts {
  readonly #open = new Map<string, Conflict>();
  readonly #listeners = new Map<string, () => void>();

  readonly get = (ticketId: string): Conflict | null => this.#open.get(ticketId) ?? null;
  readonly isOpen = (ticketId: string): boolean => this.#open.has(ticketId);

  /** Of one ticket, for as long as it is open. */
  readonly subscribe = (ticketId: string, listener: () => void): (() => void) => {
    this.#listeners.set(ticketId, listener);
    return () => {
      if (this.#listeners.get(ticketId) !== listener) return;
      this.#listeners.delete(ticketId);
      this.#open.delete(ticketId);
    };
  };

  /** True when it is shown, so that nobody else has to tell it. */
  show(conflict: Conflict | null): boolean {
    const listener = conflict && this.#listeners.get(conflict.ticketId);
    if (!conflict || !listener) return false;
    this.#open.set(conflict.ticketId, conflict);
    listener();
    return true;
  }

  settle(ticketId: string): void {
    this.#open.delete(ticketId);
    this.#listeners.get(ticketId)?.();
  }
}
