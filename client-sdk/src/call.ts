export interface CallOptions {
  /** Aborts the call and its retries. The server may already have done the work. */
  readonly signal?: AbortSignal;
}

/** A query or a mutation as a function. Mutations get an `idempotencyKey` when they are not given one. */
export type Call<Input, Output> = undefined extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Output>
  : (input: Input, options?: CallOptions) => Promise<Output>;

interface Typed<Type extends string, Input, Output> {
  readonly _def: { readonly type: Type; readonly $types: { readonly input: Input; readonly output: Output } };
}
type Subscription = Typed<'subscription', unknown, unknown>;

/** Every query and mutation of a record of procedures. Subscriptions are left out: they are in `client.live`. */
export type CallsOf<Tree> = {
  [Name in keyof Tree as Tree[Name] extends Subscription ? never : Name]: Tree[Name] extends Typed<
    'query' | 'mutation',
    infer Input,
    infer Output
  >
    ? Call<Input, Output>
    : CallsOf<Tree[Name]>;
};

/** Which procedure is what, in the shape of the tree: all that the client must know of them at run time. */
export type KindsOf<Tree> = {
  [Name in keyof Tree as Tree[Name] extends Subscription ? never : Name]: Tree[Name] extends Typed<
    infer Type extends 'query' | 'mutation',
    unknown,
    unknown
  >
    ? Type
    : KindsOf<Tree[Name]>;
};
