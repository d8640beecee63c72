import type { Ticket } from '../../contract/ticket.js';

export interface CallOptions {
  /** Aborts the call and its retries. The server may already have done the work. */
  readonly signal?: AbortSignal;
  /** False: a mutation is shown by live lists when its event has come, not before. */
  readonly optimistic?: boolean;
  /**
   * Of an edit: the ticket as its maker saw it, where no list of this client shows it. The edit is refused when somebody else has changed
   * one of its fields since. With a queue, later edits may be made on what earlier ones will make of it.
   */
  readonly seen?: Ticket;
}

/** A query or a mutation as a function. Mutations get an `idempotencyKey` when they are not given one. */
type Call<Input, Output> = undefined extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Output>
  : (input: Input, options?: CallOptions) => Promise<Output>;

interface Procedure<Type, Input, Output> {
  readonly _def: { readonly type: Type; readonly $types: { readonly input: Input; readonly output: Output } };
}

/** Every procedure of a tree as a function. */
export type CallsOf<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Procedure<'query' | 'mutation', infer Input, infer Output>
    ? Call<Input, Output>
    : CallsOf<Tree[Name]>;
};

/** Which procedure is what, in the shape of the tree: all that the client must know of them at run time. */
export type KindsOf<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Procedure<infer Type extends 'query' | 'mutation', unknown, unknown>
    ? Type
    : KindsOf<Tree[Name]>;
};
