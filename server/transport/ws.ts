import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { limits } from '../../contract/limits.js';
import { authenticateTogether } from '../features/auth/authenticate.js';
import type { Deps } from '../features/deps.js';
import { wireError } from '../rpc/trpc.js';
import { addressOf, bearerOf, isAllowedOrigin, pathOf, type CallerRules } from './caller.js';
import { logInternal } from './gate.js';
import type { Metrics } from './metrics.js';
import type { Pacing } from './pacing.js';
import { WsCalls } from './wsCalls.js';
import { WsPeer } from './wsPeer.js';

export interface WsParts {
  readonly deps: Deps;
  readonly rules: CallerRules;
  readonly metrics: Metrics;
  readonly pacing: Pacing;
  readonly isDraining: () => boolean;
}
export interface Sockets {
  readonly peers: ReadonlySet<WsPeer>;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly close: () => void;
  /** To those that are open and those that were. */
  readonly bytesWritten: () => number;
}

/** How long a peer may take to answer our close frame before its connection is cut. */
const CLOSE_MS = 1_000;

const bounds = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: limits.wsMessageBytes,
  maxFragments: limits.wsFragments,
  maxBufferedChunks: 16 * limits.wsFragments,
  closeTimeout: CLOSE_MS,
} as ConstructorParameters<typeof WebSocketServer>[0];

export function createSockets(parts: WsParts): Sockets {
  const { deps, rules, metrics, pacing, isDraining } = parts;
  const server = new WebSocketServer(bounds);
  const peers = new Set<WsPeer>();
  let writtenToClosed = 0;

  const admit = (request: IncomingMessage, ws: WebSocket, socket: Socket) => {
    const peer: WsPeer = new WsPeer({
      ws,
      socket,
      ip: addressOf(request, rules),
      userAgent: request.headers['user-agent']?.slice(0, 300) ?? null,
      token: bearerOf(request),
      hub: deps.hub,
      recognise: (asked) => recognise(deps, asked),
      onMessage: (data, isBinary) => {
        calls.take(data, isBinary);
        peer.rest(pacing.waitMs(peer));
      },
      onClosing: () => calls.end(),
      onClose: (code) => {
        peers.delete(peer);
        calls.end();
        writtenToClosed += peer.bytesWritten;
        metrics.closed(code);
      },
    });
    const calls = callsOf(peer, request, parts);
    // What is not a valid frame closes the socket; that is all there is to it.
    ws.on('error', () => undefined);
    peers.add(peer);
    peer.rest(pacing.waitMs(peer));
    metrics.opened();
  };
  return {
    peers,
    bytesWritten: () => [...peers].reduce((sum, peer) => sum + peer.bytesWritten, writtenToClosed),
    onUpgrade: (request, socket, head) => {
      // Without a listener an error on a socket ends the process, whoever caused it.
      socket.on('error', () => socket.destroy());
      const refusal = isDraining() ? 503 : refusalOf(request, rules);
      if (refusal !== null) {
        metrics.refusedUpgrade(String(refusal));
        refuse(socket, refusal);
        return;
      }
      server.handleUpgrade(request, socket, head, (ws) => admit(request, ws, socket as Socket));
    },
    close: () => {
      for (const peer of peers) peer.terminate();
      server.close();
    },
  };
}

/** Never refuses a connection: the stock client would reopen it for ever. Who may not call is told so by the call. */
function callsOf(peer: WsPeer, request: IncomingMessage, { deps, metrics, pacing }: WsParts): WsCalls {
  const observe = pacing.observing(peer, metrics.call);
  return new WsCalls({
    writer: peer,
    context: { deps, connection: peer, observe: (call) => peer.begin(observe(call)) },
    awaitsParams: new URLSearchParams(request.url?.split('?', 2)[1]).get('connectionParams') === '1',
    onParams: ({ token }) => (peer.token ??= token ?? null),
    onCall: () => pacing.arrive(peer, 1),
    onError: (error, path) => {
      pacing.refused(peer, wireError(error).data.app.code);
      logInternal(deps, error, { path, transport: 'ws' });
    },
  });
}

async function recognise(deps: Deps, peer: WsPeer): Promise<boolean> {
  try {
    const { actor, expiresAt } = await authenticateTogether(deps, peer.token);
    peer.signedIn({ userId: actor.userId, sessionId: actor.sessionId, expiresAt });
    return true;
  } catch {
    return false;
  }
}

/** First the path, then the Origin: nothing else of a stranger's request is looked at. */
function refusalOf(request: IncomingMessage, rules: CallerRules): number | null {
  if (pathOf(request) !== '/trpc') return 404;
  if (!isAllowedOrigin(request, rules)) return 403;
  return request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket' ? null : 400;
}

function refuse(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status] ?? '';
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
