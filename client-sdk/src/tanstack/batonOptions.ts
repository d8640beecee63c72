import type { DataTag, UnusedSkipTokenOptions, UseMutationOptions } from '@tanstack/react-query';
import type { BatonClient, BatonError, TicketListState, TicketsQuery } from '../index.js';
import { kinds } from '../kinds.js';
import { keepingList } from './keepingList.js';

/** Laid out like the keys of tRPC's own adapter: a path, then what is asked. A shorter one stands for all that begins with it. */
export type CallKey = readonly [
  path: readonly string[],
  question?: { readonly input?: unknown; readonly type: 'query' },
];

type TaggedKey<Reply> = DataTag<CallKey, Reply, BatonError>;
type QueryOptions<Reply> = UnusedSkipTokenOptions<Reply, BatonError, Reply, CallKey> & {
  queryKey: TaggedKey<Reply>;
};

/** For `invalidateQueries` and the like: everything below this place. */
interface Place {
  pathKey(): CallKey;
}

export interface QueryVerb<Rest extends readonly unknown[], Reply> extends Place {
  queryKey(...input: Rest): TaggedKey<Reply>;
  /** For `useQuery`, `useSuspenseQuery`, `fetchQuery` …; spread it to say more. A query that nobody waits for any more is aborted. */
  queryOptions(...input: Rest): QueryOptions<Reply>;
}

export interface MutationVerb<Input, Reply> extends Place {
  /** For `useMutation`; spread it to say more. Shown by live lists at once, as by the client itself. */
  mutationOptions(): UseMutationOptions<Reply, BatonError, Input>;
}

type InputOf<Rest extends readonly unknown[]> = Rest extends readonly [input: infer Input, ...unknown[]]
  ? readonly [input: Input]
  : Rest extends readonly [input?: infer Input, ...unknown[]]
    ? readonly [input?: Input]
    : never;

type VerbOf<Kind, Verb> = Verb extends (...rest: infer Rest) => Promise<infer Reply>
  ? Kind extends 'query'
    ? QueryVerb<InputOf<Rest>, Reply>
    : MutationVerb<Rest[0], Reply>
  : never;

type OptionsOf<Table, Verbs> = Place & {
  readonly [Name in keyof Table & keyof Verbs]: Table[Name] extends string
    ? VerbOf<Table[Name], Verbs[Name]>
    : OptionsOf<Table[Name], Verbs[Name]>;
};

export type BatonOptions = OptionsOf<typeof kinds, BatonClient> & {
  readonly tickets: {
    readonly live: {
      /**
       * The list that `client.tickets.live(query)` keeps true, as data of the cache: followed while anybody observes it. Its own `status`
       * and `error` tell how true it is; the query itself does not fail.
       */
      queryOptions(query?: TicketsQuery): QueryOptions<TicketListState>;
    };
  };
};

/** What `client` can do, as options for TanStack Query: `useQuery(baton.tickets.list.queryOptions({ … }))`. */
export function batonOptions(client: BatonClient): BatonOptions {
  const options = branch(kinds, client as unknown as Calls, []);
  const live = {
    queryOptions: (query: TicketsQuery = {}) => ({
      queryKey: keyOf(['tickets', 'live'], query),
      ...keepingList(client.tickets.live(query)),
    }),
  };
  return { ...options, tickets: { ...(options['tickets'] as object), live } } as unknown as BatonOptions;
}

interface Kinds {
  readonly [name: string]: 'query' | 'mutation' | Kinds;
}
type Call = (input: unknown, options?: { readonly signal: AbortSignal }) => Promise<unknown>;
interface Calls {
  readonly [name: string]: Call & Calls;
}

function branch(tree: Kinds, calls: Calls | undefined, path: readonly string[]): Readonly<Record<string, unknown>> {
  const nouns = Object.entries(tree).map(([name, kind]) => {
    const below = [...path, name];
    const call = calls?.[name];
    if (typeof kind !== 'string') return [name, branch(kind, call, below)];
    return [name, call && (kind === 'query' ? queryVerb(below, call) : mutationVerb(below, call))];
  });
  return { pathKey: () => [path], ...Object.fromEntries(nouns) };
}

const keyOf = (path: readonly string[], input: unknown): CallKey => [
  path,
  input === undefined ? { type: 'query' } : { input, type: 'query' },
];

const queryVerb = (path: readonly string[], call: Call) => ({
  pathKey: () => [path],
  queryKey: (input?: unknown) => keyOf(path, input),
  queryOptions: (input?: unknown) => ({
    queryKey: keyOf(path, input),
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => call(input, { signal }),
  }),
});

const mutationVerb = (path: readonly string[], call: Call) => ({
  pathKey: () => [path],
  mutationOptions: () => ({ mutationKey: [path], mutationFn: (input: unknown) => call(input) }),
});
