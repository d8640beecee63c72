import type { Outlet } from '../realtime/sink.js';
import type { SocketOutbound } from './socketOutbound.js';

/** What calls and subscriptions need of their socket. */
export interface SocketWriter extends Outlet {
  /** Where items go, past everything else. */
  readonly outbound: SocketOutbound;
  /** Sends a message; once the socket is not open any more, it is dropped. */
  send(text: string): void;
  /** Ends the connection politely. */
  bye(): void;
}
