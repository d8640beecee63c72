import { useCallback, useInsertionEffect, useRef, useState } from 'react';
import { isBatonError, type BatonClient, type BatonError } from '../index.js';
import { useBaton } from './BatonProvider.js';

/** `data` is the reply to the latest call and `error` its failure; both are null until it has come to that. */
export type MutationState<Reply> =
  | { readonly status: 'idle' | 'pending'; readonly data: null; readonly error: null }
  | { readonly status: 'success'; readonly data: Reply; readonly error: null }
  | { readonly status: 'error'; readonly data: null; readonly error: BatonError };

export type Mutation<Rest extends readonly unknown[], Reply> = MutationState<Reply> & {
  /**
   * Calls, and leaves what comes of it to `status`, `data` and `error`. What is no `BatonError`, like the reason of a signal,
   * goes to the page as an uncaught error. The same function each time, like the two below.
   */
  readonly mutate: (...rest: Rest) => void;
  /** Calls, and passes on the reply or the error as well. */
  readonly run: (...rest: Rest) => Promise<Reply>;
  /** Forgets what came of the latest call, and what is still to come of it. */
  readonly reset: () => void;
};

export type MutationOf<Verb extends (...rest: never) => Promise<unknown>> = Mutation<
  Parameters<Verb>,
  Awaited<ReturnType<Verb>>
>;

const idle = { status: 'idle', data: null, error: null } as const;
const pending = { status: 'pending', data: null, error: null } as const;

/**
 * Any procedure, with what has come of calling it: `useMutation((client) => client.comments.create)`. A call goes on when the
 * component is gone. Of several calls the latest is told about. An aborted call leaves things as if it had not been made.
 */
export function useMutation<Rest extends readonly unknown[], Reply>(
  select: (client: BatonClient) => (...rest: Rest) => Promise<Reply>,
): Mutation<Rest, Reply> {
  const client = useBaton();
  const [state, setState] = useState<MutationState<Reply>>(idle);
  const selected = useRef(select);
  useInsertionEffect(() => {
    selected.current = select;
  });
  const latest = useRef(0);

  const run = useCallback(
    async (...rest: Rest): Promise<Reply> => {
      const own = (latest.current += 1);
      const tell = (next: MutationState<Reply>) => own === latest.current && setState(next);
      tell(pending);
      try {
        const data = await selected.current(client)(...rest);
        tell({ status: 'success', data, error: null });
        return data;
      } catch (error) {
        tell(isBatonError(error) ? { status: 'error', data: null, error } : idle);
        throw error;
      }
    },
    [client],
  );
  const mutate = useCallback((...rest: Rest) => void run(...rest).catch(unlessTold), [run]);
  const reset = useCallback(() => {
    latest.current += 1;
    setState(idle);
  }, []);
  return { ...state, mutate, run, reset };
}

function unlessTold(error: unknown): void {
  if (!isBatonError(error)) throw error;
}
