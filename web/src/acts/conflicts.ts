import { isBatonError, type JsonValue, type Ticket } from '../sdk.js';

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

type Listener = (conflict: Conflict) => void;

/** Passes a conflict to the place where its ticket is open, if there is one. */
export class Conflicts {
  readonly #listeners = new Map<string, Listener>();

  listen(ticketId: string, listener: Listener): () => void {
    this.#listeners.set(ticketId, listener);
    return () => void (this.#listeners.get(ticketId) === listener && this.#listeners.delete(ticketId));
  }

  /** True when it is shown there, so that nobody else has to tell it. */
  show(conflict: Conflict | null): boolean {
    const listener = conflict && this.#listeners.get(conflict.ticketId);
    if (conflict) listener?.(conflict);
    return Boolean(listener);
  }
}
