import type { Socket } from 'node:net';
import type { Outlet } from '../realtime/sink.js';

/** What calls and subscriptions need of their socket. */
export interface SocketWriter extends Outlet {
  /** False from the moment the closing handshake begins: nothing may follow the close frame. */
  readonly isOpen: boolean;
  /** The connection under the WebSocket. Whole frames may be written between its own: `ws` writes each in one go, and nothing is compressed. */
  readonly socket: Socket;
  /** So much was written there. */
  wrote(bytes: number): void;
  /** Sends a message; once the socket is not open any more, it is dropped. */
  send(text: string): void;
  /** Ends the connection politely. */
  bye(): void;
}
