import { createTRPCUntypedClient, httpBatchLink, httpLink, splitLink } from '@trpc/client';
import { limits } from '../../contract/limits.js';
import { backoffMs, pause, reasonOf, type Backoff } from './backoff.js';
import { BatonError, refusal, toBatonError } from './errors.js';

export type Kind = 'query' | 'mutation';
export interface Request {
  readonly path: string;
  readonly kind: Kind;
  readonly input: unknown;
  readonly token: string | null;
}
export interface TransportOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly backoff: Backoff;
}
export interface Transport {
  /** One attempt. Rejects with a `BatonError`, or with the reason of `signal`. */
  readonly send: (request: Request, signal?: AbortSignal) => Promise<unknown>;
  /** Makes attempts until one gets an answer that is not UNAVAILABLE, `attempts` at most. */
  readonly insist: <Reply>(attempt: () => Promise<Reply>, signal?: AbortSignal) => Promise<Reply>;
}

const LONGEST_URL = 8_000;

/**
 * Calls go over HTTP and not over the socket of the streams: they keep working while that is reopened, a large page does
 * not hold up events, and a lost reply is seen at once. Queries of one tick share a request; a mutation goes alone, so that
 * its fate and its size are its own.
 */
export function createTransport({ url, fetch, timeoutMs, attempts, backoff }: TransportOptions): Transport {
  const common = { url: `${url}/trpc`, fetch: answersOnly(fetch) };
  const trpc = createTRPCUntypedClient({
    links: [
      splitLink({
        condition: (op) => op.type === 'mutation',
        true: httpLink({ ...common, headers: ({ op }) => bearer(op.context['token']) }),
        false: httpBatchLink({
          ...common,
          maxItems: limits.batchCalls,
          maxURLLength: LONGEST_URL,
          headers: ({ opList }) => bearer(opList.at(-1)?.context['token']),
        }),
      }),
    ],
  });
  return {
    send: ({ path, kind, input, token }, signal) =>
      within(timeoutMs, signal, (cut) => trpc[kind](path, input, { signal: cut, context: { token } })),
    async insist(attempt, signal) {
      for (let retry = 0; ; retry += 1) {
        try {
          return await attempt();
        } catch (error) {
          if (!(error instanceof BatonError) || error.code !== 'UNAVAILABLE' || retry + 1 >= attempts) throw error;
          await pause(backoffMs(retry, backoff), signal);
        }
      }
    },
  };
}

const bearer = (token: unknown): Record<string, string> =>
  typeof token === 'string' ? { authorization: `Bearer ${token}` } : {};

/** Turns a page of a proxy, which is not JSON, into an error that tells its status. */
function answersOnly(own: typeof globalThis.fetch | undefined) {
  return async (target: RequestInfo | URL | string, init?: unknown): Promise<Response> => {
    const response = await (own ?? globalThis.fetch)(target, init as RequestInit | undefined);
    if (response.headers.get('content-type')?.includes('json')) return response;
    throw refusal(response.status);
  };
}

/** Ends on abort and after `ms` whatever the transport does: a request in a batch can only be aborted with the whole batch. */
function within<Reply>(
  ms: number,
  signal: AbortSignal | undefined,
  run: (cut: AbortSignal) => Promise<Reply>,
): Promise<Reply> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      finish();
      controller.abort();
    };
    const onAbort = () => settle(() => signal && reject(reasonOf(signal)));
    const onTimeout = () => reject(new BatonError('UNAVAILABLE', `The server did not answer within ${ms} ms.`));
    const timer = setTimeout(() => settle(onTimeout), ms);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) return onAbort();
    run(controller.signal).then(
      (reply) => settle(() => resolve(reply)),
      (error: unknown) => settle(() => reject(toBatonError(error))),
    );
  });
}
