import {
  createTRPCUntypedClient,
  createWSClient,
  httpBatchLink,
  httpLink,
  isTRPCClientError,
  splitLink,
  wsLink,
} from '@trpc/client';
import { WebSocket } from 'ws';
import { createClient, isBatonError } from '../../../client-sdk/src/index.js';
import type { AppErrorShape, ErrorCode } from '../../../contract/errors.js';
import { limits } from '../../../contract/limits.js';
import type { AppRouter } from '../../../server/rpc/appRouter.js';
import type { Outcome } from '../history/lines.js';

/** One person's way to one node. */
export interface Caller {
  /** Rejects when there was no reply; `code` says of what kind. */
  mutate(path: string, input: object): Promise<unknown>;
  query(path: string, input: object): Promise<unknown>;
  close(): void;
}

/**
 * Longer than the server's patience with its database, so that its answer is heard: 5 s for a free connection and 5 s for an answer on it.
 */
const PATIENCE_MS = 12_000;
const signal = () => AbortSignal.timeout(PATIENCE_MS);

export const ways = {
  http: (url: string, token: string): Caller => {
    const headers = { authorization: `Bearer ${token}` };
    const options = { url: `${url}/trpc`, headers, maxItems: limits.batchCalls };
    const isQuery = ({ type }: { readonly type: string }) => type === 'query';
    // Questions that are asked at once travel together.
    const link = splitLink<AppRouter>({ condition: isQuery, true: httpBatchLink(options), false: httpLink(options) });
    const client = createTRPCUntypedClient<AppRouter>({ links: [link] });
    return {
      mutate: (path, input) => client.mutation(path, input, { signal: signal() }),
      query: (path, input) => client.query(path, input, { signal: signal() }),
      close: () => undefined,
    };
  },
  ws: (url: string, token: string): Caller => {
    const socket = createWSClient({
      url: `${url.replace('http', 'ws')}/trpc`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      connectionParams: { token },
      retryDelayMs: () => 100,
      keepAlive: { enabled: true, intervalMs: 1_000, pongTimeoutMs: 1_500 },
    });
    const client = createTRPCUntypedClient<AppRouter>({ links: [wsLink({ client: socket })] });
    return {
      mutate: (path, input) => inTime(client.mutation(path, input)),
      query: (path, input) => inTime(client.query(path, input)),
      close: () => void socket.close().catch(() => undefined),
    };
  },
  sdk: (url: string, token: string): Caller => {
    const client = createClient({
      url,
      token,
      attempts: 2,
      timeoutMs: PATIENCE_MS,
      backoff: { baseMs: 50, maxMs: 200 },
    });
    const call = (path: string, input: object) => {
      const verb = path.split('.').reduce<unknown>((tree, name) => (tree as Record<string, unknown>)[name], client);
      return (verb as (input: object) => Promise<unknown>)(input);
    };
    return { mutate: call, query: call, close: () => client.close() };
  },
} as const;
export type Way = keyof typeof ways;
export const wayNames = Object.keys(ways) as Way[];

/** The stock socket link waits for a connection however long that takes. */
async function inTime<Reply>(reply: Promise<Reply>): Promise<Reply> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('TIMEOUT')), PATIENCE_MS);
  });
  return Promise.race([reply, late]).finally(() => clearTimeout(timer));
}

/** After these the server itself says that it does not know, or that it could not try. */
const unknown = new Set<ErrorCode>(['UNAVAILABLE', 'INTERNAL', 'TOO_MANY_REQUESTS']);

/** What an error promises. `code` is the server's; `LOST` when there was no answer. */
export function judge(error: unknown): { readonly out: Outcome; readonly code: string } {
  const code = codeOf(error);
  return { out: code === null || unknown.has(code) ? 'info' : 'fail', code: code ?? 'LOST' };
}

function codeOf(error: unknown): ErrorCode | null {
  // Of the SDK: UNAVAILABLE is also what it says when nobody answered.
  if (isBatonError(error)) return error.code;
  const shape = isTRPCClientError<AppRouter>(error) ? (error.data as { app?: AppErrorShape } | undefined) : undefined;
  return shape?.app?.code ?? null;
}

/** All the ways of one person, each opened when it is first used. */
export class Callers {
  private readonly open = new Map<string, Caller>();

  constructor(private readonly token: string) {}

  to(url: string, way: Way): Caller {
    const key = `${way} ${url}`;
    let caller = this.open.get(key);
    if (!caller) this.open.set(key, (caller = ways[way](url, this.token)));
    return caller;
  }

  close(): void {
    for (const caller of this.open.values()) caller.close();
    this.open.clear();
  }
}
