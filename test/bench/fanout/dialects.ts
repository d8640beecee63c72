/** What a client says to a server of its kind, in text frames. */
export interface Dialect {
  readonly path: string;
  /** Sent at once: who the client is, and what it follows, if anything. */
  readonly greeting: (token: string, subscription?: Subscription) => string[];
  /** Frames that a follower is sent before the first event. */
  readonly hellos: number;
  /** How the server asks whether the client lives, told from all else by its length. */
  readonly heartbeat: { readonly bytes: number; readonly answer: string };
  /** The client asking whether the server lives. */
  readonly ping: string;
  readonly pong: string;
}
export interface Subscription {
  /** Of the subscription. */
  readonly id: number;
  readonly projectId: string;
}

/** `started` and the first item. */
const trpc: Dialect = {
  path: '/trpc?connectionParams=1',
  greeting: (token, subscription) => [
    JSON.stringify({ method: 'connectionParams', data: { token } }),
    ...(subscription ? [subscribe(subscription)] : []),
  ],
  hellos: 2,
  heartbeat: { bytes: 'PING'.length, answer: 'PONG' },
  ping: 'PING',
  pong: 'PONG',
};

const subscribe = ({ id, projectId }: Subscription): string =>
  JSON.stringify({ id, method: 'subscription', params: { path: 'live.project', input: { projectId } } });

/**
 * Engine.IO's `open`, Socket.IO's `connect` and our `ready`. There a client cannot ping, but may ask to have an event answered.
 * @see https://socket.io/docs/v4/engine-io-protocol/
 */
const socketIo: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  greeting: (token, subscription) => [`40${JSON.stringify({ token, projectId: subscription?.projectId })}`],
  hellos: 3,
  heartbeat: { bytes: '2'.length, answer: '3' },
  ping: '420["ping"]',
  pong: '430[]',
};

export const dialects = { trpc, socketIo };
export type DialectName = keyof typeof dialects;
