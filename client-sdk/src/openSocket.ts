import { createTRPCUntypedClient, createWSClient, wsLink } from '@trpc/client';
import { BatonError } from './errors.js';
import type { ClientOptions, ConnectionState } from './options.js';
import { promptSocket } from './promptSocket.js';

/** Where it leads, and by what. */
export interface SocketTarget {
  readonly url: string;
  readonly WebSocket: ClientOptions['WebSocket'];
  readonly heartbeat: NonNullable<ClientOptions['heartbeat']>;
}
export interface Hooks {
  /** Before each opening. */
  prepare(): Promise<void>;
  /** The token to show on a socket that has just opened. */
  introduce(): string | null;
  onOpen(): void;
  onClose(code: number): void;
  show(state: ConnectionState['state']): void;
  delayMs(attempt: number): number;
}

/** After the last stream has ended. */
const LINGER_MS = 1_000;

/**
 * The socket client of tRPC with what it lacks: prompt closing, waits that depend on how the last socket ended, and an
 * account of its state in which a first loss differs from being offline.
 */
export function openSocket({ url, WebSocket, heartbeat }: SocketTarget, hooks: Hooks) {
  const Base = WebSocket ?? (globalThis as Partial<typeof globalThis>).WebSocket;
  if (!Base) throw new BatonError('BAD_INPUT', "There is no WebSocket here: give createClient the one of 'ws'.");
  let current = true;
  const client = createWSClient({
    url: async () => {
      await hooks.prepare();
      return `${url.replace(/^http/, 'ws')}/trpc`;
    },
    connectionParams: () => {
      const token = hooks.introduce();
      return token === null ? {} : { token };
    },
    WebSocket: promptSocket(Base),
    lazy: { enabled: true, closeMs: LINGER_MS },
    keepAlive: { enabled: true, intervalMs: heartbeat.intervalMs, pongTimeoutMs: heartbeat.timeoutMs },
    retryDelayMs: (attempt) => hooks.delayMs(attempt),
    onOpen: () => current && hooks.onOpen(),
    onClose: (cause) => current && hooks.onClose(cause?.code ?? 1006),
  });
  let shown: ConnectionState['state'] = 'idle';
  const watching = client.connectionState.subscribe({
    next: ({ state, error }) => {
      if (state === 'pending') shown = 'online';
      else if (state === 'idle') shown = 'idle';
      else if (shown === 'connecting' && error && isFailedOpening(error)) shown = 'offline';
      else if (shown !== 'offline') shown = 'connecting';
      if (current) hooks.show(shown);
    },
  });
  return {
    trpc: createTRPCUntypedClient({ links: [wsLink({ client })] }),
    reopen: () => client.connection?.ws.close(),
    close: () => {
      current = false;
      watching.unsubscribe();
      void client.close();
    },
  };
}

/** As against an open socket that was lost, which is first reopened in a moment. */
const isFailedOpening = (error: Error) => error.message === 'Initialization error';
