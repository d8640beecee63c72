import type { Actor } from '../kernel/actor.js';

/** One call of one mutation: what it was, by whom, and under which key a repeat finds its reply. */
export interface Call {
  readonly actor: Actor;
  readonly procedure: string;
  readonly input: { readonly idempotencyKey?: string | undefined };
}
