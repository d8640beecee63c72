import type { Connection } from '../../server/rpc/context.js';

/** Who calls a server that is tRPC's own: nothing but a token. */
export const plainConnection = (transport: Connection['transport'], token: string | null): Connection => ({
  transport,
  ip: '',
  userAgent: null,
  token,
  isFull: false,
  waitingBytes: 0,
  onDrain: () => undefined,
  discardQueue: () => undefined,
  signedIn: () => undefined,
  openSubscription: () => () => undefined,
  close: () => undefined,
});
