import { createTRPCUntypedClient, createWSClient, httpSubscriptionLink, wsLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import { WebSocket } from 'ws';
import { createClient } from '../../../client-sdk/src/index.js';
import type { AppRouter } from '../../../server/rpc/appRouter.js';
import { RawReader, type Manner } from './rawReader.js';
import type { Item, Recording } from './recording.js';

export interface Follow {
  readonly path: 'live.project' | 'live.ticket' | 'live.me';
  readonly input: object;
  readonly cursor: string;
  readonly token: string;
  /** The one it is at; those that hop may go to any. */
  readonly url: string;
  readonly urls: readonly string[];
  readonly seed: number;
}
type Start = (follow: Follow, recording: Recording) => { close(): void };

const raw =
  (manner: Manner): Start =>
  (follow, recording) =>
    new RawReader({ ...follow, urls: manner.hopEveryMs === undefined ? [follow.url] : follow.urls }, manner, recording);

interface Tracked {
  readonly id: string;
  readonly data: Item;
}
const observer = (recording: Recording) => ({
  onStarted: () => recording.opened(),
  onData: (value: unknown) => recording.item((value as Tracked).data),
  onError: (error: Error) => recording.failed(error.message),
});
/** The stock links go on behind the last item by themselves; the first cursor is ours to give. */
const inputOf = ({ input, cursor }: Follow) => ({ ...input, lastEventId: cursor });

/** All kinds of clients that follow a stream. */
export const kinds = {
  sdk: (follow, recording) => {
    const { url, token, path, cursor } = follow;
    const backoff = { baseMs: 100, maxMs: 500 };
    const client = createClient({ url, token, WebSocket, backoff, heartbeat: { intervalMs: 1_000, timeoutMs: 1_500 } });
    const handlers = {
      onEvent: (event: Item) => recording.item(event),
      onReady: (ready: object) => recording.item({ kind: 'ready', ...ready }),
      onResync: (resync: object) => recording.item({ kind: 'resync', ...resync }),
      onError: (error: Error) => recording.failed(error.message),
    };
    const input = { ...follow.input, lastEventId: cursor };
    const follows = client.live as unknown as Readonly<Record<string, (input: object, handlers: object) => unknown>>;
    follows[path.slice('live.'.length)]?.(input, handlers);
    return client;
  },
  stock: (follow, recording) => {
    const socket = createWSClient({
      url: `${follow.url.replace('http', 'ws')}/trpc`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      connectionParams: { token: follow.token },
      retryDelayMs: () => 100,
      keepAlive: { enabled: true, intervalMs: 1_000, pongTimeoutMs: 1_500 },
    });
    const client = createTRPCUntypedClient<AppRouter>({ links: [wsLink({ client: socket })] });
    client.subscription(follow.path, inputOf(follow), observer(recording));
    return { close: () => void socket.close().catch(() => undefined) };
  },
  sse: (follow, recording) => {
    const link = httpSubscriptionLink({
      url: `${follow.url}/trpc`,
      EventSource: EventSource as never,
      eventSourceOptions: () =>
        ({
          fetch: (target: string, init: RequestInit) =>
            fetch(target, {
              ...init,
              headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${follow.token}` },
            }),
        }) as never,
    });
    const client = createTRPCUntypedClient<AppRouter>({ links: [link] });
    const subscription = client.subscription(follow.path, inputOf(follow), observer(recording));
    return { close: () => subscription.unsubscribe() };
  },
  steady: raw({}),
  hopping: raw({ hopEveryMs: 3_000 }),
  restless: raw({ hopEveryMs: 500 }),
  slow: raw({ restMs: 2_500 }),
} as const satisfies Record<string, Start>;
export type KindName = keyof typeof kinds;
