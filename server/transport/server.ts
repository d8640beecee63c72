import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.js';
import type { Migrator } from '../db/migrator.js';
import type { Deps } from '../features/deps.js';
import type { Bus } from '../realtime/bus.js';
import { boardHandler } from './board.js';
import type { CallerRules } from './caller.js';
import { createHttpHandler } from './http.js';
import type { Metrics } from './metrics.js';
import type { Pacing } from './pacing.js';
import type { Peer } from './peer.js';
import { createSockets } from './ws.js';

export interface ServerParts {
  readonly deps: Deps;
  readonly db: Database;
  readonly migrator: Migrator;
  readonly bus: Bus;
  readonly metrics: Metrics;
  readonly rules: CallerRules;
  readonly pacing: Pacing;
}
export interface WebServer {
  /** Resolves with the port that was bound. */
  listen(port: number, host: string): Promise<number>;
  /** Takes no new callers, lets calls that have begun end, and closes every connection: within {@link DRAIN_MS} and a second. */
  close(): Promise<void>;
  readonly socketCount: () => number;
  readonly subscriptionCount: () => number;
  /** To all WebSockets there have been. */
  readonly bytesWritten: () => number;
  readonly isDraining: () => boolean;
}

const DRAIN_MS = 8_000;
/** How often it is asked who takes too long to read. */
const SWEEP_MS = 250;
const GOODBYE_MS = 1_000;
/** Sockets are told to go this often, so many at least at a time, and all within this time: where they go next must bear them. */
const STEP_MS = 20;
const STEP_SOCKETS = 20;
const LEAVING_MS = 4_000;
/** Connections that wait to be taken. With Node's own 511 the kernel drops some of those that all come at once. */
const BACKLOG = 4_096;

/** The one port: HTTP, WebSockets, the board, health and metrics. */
export function createWebServer({ deps, db, migrator, bus, metrics, rules, pacing }: ServerParts): WebServer {
  let draining = false;
  const isDraining = () => draining;
  const requests = new Set<Peer>();
  const sockets = createSockets({ deps, rules, metrics, pacing, isDraining });
  const health = { db, migrator, bus, isDraining };
  const server = createServer(
    // Files may take longer than calls, whose time the handler itself bounds.
    {
      requestTimeout: deps.files.uploadMs + 30_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16_384,
    },
    createHttpHandler({ deps, rules, metrics, pacing, health, board: boardHandler(), peers: requests }),
  );
  server.on('upgrade', sockets.onUpgrade);
  const groups = [requests, sockets.peers];
  const sweeper = setInterval(() => {
    const now = performance.now();
    pacing.sweep(now);
    for (const peers of groups) for (const peer of peers) peer.sweep(now);
  }, SWEEP_MS).unref();

  return {
    bytesWritten: sockets.bytesWritten,
    isDraining,
    socketCount: () => sockets.peers.size,
    subscriptionCount: () => groups.flatMap((peers) => [...peers]).reduce((sum, one) => sum + one.subscriptionCount, 0),
    listen: (port, host) => listen(server, port, host),
    async close() {
      if (draining) return;
      draining = true;
      const stopped = server.listening ? new Promise((resolve) => server.close(resolve)) : Promise.resolve();
      const deadline = Date.now() + DRAIN_MS;
      const leaving = [...sockets.peers];
      const atATime = Math.max(STEP_SOCKETS, Math.ceil((leaving.length * STEP_MS) / LEAVING_MS));
      // Streams have no end of their own; their clients come back elsewhere by cursor.
      for (const request of requests) request.close(1001, 'the server stops');
      while (requests.size + sockets.peers.size > 0 && Date.now() < deadline) {
        for (const peer of leaving.splice(0, atATime)) peer.leaveWhenIdle();
        server.closeIdleConnections();
        await sleep(STEP_MS);
      }
      clearInterval(sweeper);
      sockets.close();
      server.closeIdleConnections();
      const late = sleep(GOODBYE_MS, undefined, { ref: false }).then(() => server.closeAllConnections());
      await Promise.race([stopped, late]);
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, BACKLOG, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
