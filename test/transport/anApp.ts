import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import { buildApp, type App, type AppOverrides } from '../../server/app.js';
import type { Config } from '../../server/config.js';
import { createLogger } from '../../server/kernel/logger.js';
import { nothingAllowed } from '../../server/outbound/addresses.js';
import { aMigratedDatabase } from '../support/database.js';
import type { Dialect } from '../support/services.js';
import { addPerson, testFiles, type World } from '../support/world.js';

export interface LiveApp extends World {
  readonly app: App;
  readonly config: Config;
  readonly http: string;
  readonly ws: string;
}

export const testConfig = (databaseUrl: string, overrides: Partial<Config> = {}): Config => ({
  production: false,
  port: 0,
  host: '127.0.0.1',
  databaseUrl,
  poolSize: 6,
  databaseSsl: false,
  replicaUrls: [],
  connectionAgeMs: 30 * 60_000,
  prePing: true,
  startTimeoutMs: 1_000,
  fallbackUrl: null,
  slowQueryMs: 0,
  tracing: null,
  prepared: true,
  redisUrl: null,
  redisCluster: false,
  jwtSecret: 'a secret of tests, long enough for HS256',
  jwtIssuer: 'baton',
  jwtAudience: 'baton',
  accessTokenTtlMs: 15 * 60_000,
  refreshTokenTtlMs: 30 * 86_400_000,
  allowedOrigins: ['https://board.example.com'],
  trustProxy: false,
  callsPerSecond: 0,
  logLevel: 'silent',
  eventRetentionDays: 7,
  filePlace: { folder: testFiles() },
  attachmentQuotaBytes: null,
  backups: null,
  clamdUrl: null,
  auditRetentionDays: 365,
  webhookAllowHttp: false,
  webhookAllowedHosts: nothingAllowed,
  mail: null,
  ...overrides,
});

/** One more node on a database, listening. */
export async function aNode(
  config: Config,
  overrides: AppOverrides = {},
): Promise<{ app: App; http: string; ws: string }> {
  const auth = { passwordCost: { memoryKiB: 64, passes: 1 } };
  const app = buildApp(config, { log: createLogger('silent'), auth, ...overrides });
  const port = await app.listen();
  return { app, http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}/trpc` };
}

/** A listening server on a database of its own with an administrator; commands of the test are those of the server. */
export async function anApp(
  dialect: Dialect,
  settings: Partial<Config> = {},
  overrides: AppOverrides = {},
): Promise<LiveApp> {
  const { url } = await aMigratedDatabase(dialect);
  const config = testConfig(url, settings);
  const node = await aNode(config, overrides);
  const { deps } = node.app;
  const admin = await addPerson(deps, 'ADMIN', 'Ada Admin');
  const clock = { now: () => new Date(), advance: () => undefined };
  return { ...node, config, deps, db: deps.db, url, clock, admin, wakes: [], close: () => node.app.close() };
}

interface Frame {
  id: number | null;
  result?: { type: 'started' | 'stopped' | 'data'; id?: string; data?: any };
  error?: {
    message: string;
    code: number;
    data: { code: string; app: { code: string; message: string; details: any } };
  };
}

/** A WebSocket that speaks the protocol by hand. */
export class Wire {
  readonly frames: Frame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private lastId = 0;

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data) => {
      const text = (data as Buffer).toString();
      if (text === 'PING') ws.send('PONG');
      else if (text !== 'PONG') this.frames.push(JSON.parse(text) as Frame);
    });
    ws.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      ws.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  static async open(url: string, token?: string | null, options: ClientOptions = {}): Promise<Wire> {
    const wire = new Wire(new WebSocket(token === undefined ? url : `${url}?connectionParams=1`, options));
    await once(wire.ws, 'open');
    if (token) wire.send({ method: 'connectionParams', data: { token } });
    return wire;
  }

  send(message: unknown): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Begins a call and gives its id. */
  begin(method: 'query' | 'mutation' | 'subscription', path: string, input?: unknown, lastEventId?: string): number {
    const id = ++this.lastId;
    this.send({ id, method, params: { path, input, lastEventId } });
    return id;
  }

  /** The first frame about a call. */
  async answer(id: number | null, ms = 15_000): Promise<Frame> {
    const deadline = performance.now() + ms;
    for (;;) {
      const found = this.frames.find((known) => known.id === id);
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`no answer to ${id} within ${ms} ms`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  call = (method: 'query' | 'mutation' | 'subscription', path: string, input?: unknown) =>
    this.answer(this.begin(method, path, input));

  itemsOf(id: number): any[] {
    return this.frames
      .filter((known) => known.id === id && known.result?.type === 'data')
      .map((f) => f.result?.data.data);
  }

  close(): void {
    this.ws.terminate();
  }
}

export interface Upgrade {
  readonly status: number;
  readonly socket: Socket;
  readonly received: () => Buffer;
}

/** Asks for an upgrade with these headers and leaves the rest to the test. */
export async function upgrade(http: string, path = '/trpc', headers: Record<string, string> = {}): Promise<Upgrade> {
  const { hostname, port, host } = new URL(http);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const all = {
    Host: host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  socket.write(
    `GET ${path} HTTP/1.1\r\n${Object.entries(all)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );
  const received = () => Buffer.concat(chunks);
  while (!received().includes('\r\n\r\n') && !socket.destroyed) await new Promise((resolve) => setTimeout(resolve, 5));
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(received().toString('latin1'))?.[1]), socket, received };
}

/** A masked frame as a client sends it, whatever its bits say. */
export function frame(firstByte: number, payload: Buffer): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = Buffer.from(payload.map((byte, at) => byte ^ mask[at % 4]!));
  const length =
    payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([firstByte, ...length]), mask, masked]);
}

export const isAlive = async (http: string): Promise<boolean> => (await fetch(`${http}/healthz`)).status === 200;
