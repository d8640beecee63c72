import type { IncomingMessage, ServerResponse } from 'node:http';
import { TRPCError } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { limits } from '../../contract/limits.js';
import type { Deps } from '../features/deps.js';
import { AppError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { appRouter } from '../rpc/appRouter.js';
import type { Context } from '../rpc/context.js';
import { toTrpcError, wireError } from '../rpc/trpc.js';
import type { RequestHandler } from './board.js';
import { fileHandler, isFilePath } from './files.js';
import { addressOf, bearerOf, isAllowedOrigin, originOf, pathOf, type CallerRules } from './caller.js';
import { readiness, type HealthParts } from './health.js';
import { HttpPeer } from './httpPeer.js';
import { createDemoSign } from './demoSign.js';
import type { Metrics } from './metrics.js';
import { MOST_WAIT_MS, type Pacing } from './pacing.js';
import type { Peer } from './peer.js';

export interface HttpParts {
  readonly deps: Deps;
  readonly rules: CallerRules;
  readonly metrics: Metrics;
  readonly pacing: Pacing;
  readonly health: HealthParts;
  readonly board: RequestHandler;
  /** Peers of running requests. */
  readonly peers: Set<Peer>;
}

const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' https: data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Everything that the port answers over HTTP. */
export function createHttpHandler(parts: HttpParts): RequestHandler {
  const trpc = trpcHandler(parts);
  const files = fileHandler(parts);
  const { health, metrics, deps } = parts;
  const isDemo = createDemoSign(deps.db);
  return (request, response) => {
    const path = pathOf(request);
    const requestId = newId();
    response.setHeader('x-request-id', requestId);
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (health.isDraining()) response.setHeader('connection', 'close');
    response.once('close', () => {
      metrics.request(routeOf(path), response.statusCode);
      deps.log.debug({ requestId, method: request.method, path, status: response.statusCode }, 'request');
    });
    request.on('error', () => undefined);
    if (request.method === 'POST') endIfSlow(request, response);
    if (path === '/trpc' || path.startsWith('/trpc/')) trpc(request, response, requestId);
    else if (isFilePath(path)) inTurn(files.turn(request), response, () => files.handle(request, response));
    else if (path === '/healthz') void isDemo().then((demo) => json(response, 200, { alive: true, demo }));
    else if (path === '/readyz') void readiness(health).then((state) => json(response, state.ready ? 200 : 503, state));
    else if (path === '/metrics') void sendMetrics(response, metrics);
    else parts.board(request, response);
  };
}

const REQUEST_MS = 30_000;

/** A call that has not come whole by then is given up. */
function endIfSlow(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, REQUEST_MS).unref();
  response.once('close', () => clearTimeout(timer));
}

const routeOf = (path: string): string =>
  path.startsWith('/trpc')
    ? '/trpc'
    : isFilePath(path)
      ? '/attachments'
      : ['/healthz', '/readyz', '/metrics'].includes(path)
        ? path
        : 'board';

function trpcHandler({ deps, rules, metrics, pacing, peers }: HttpParts) {
  const senderOf = (request: IncomingMessage) => ({ ip: addressOf(request, rules), token: bearerOf(request) });
  const handle = createHTTPHandler({
    router: appRouter,
    basePath: '/trpc/',
    maxBatchSize: limits.batchCalls,
    maxBodySize: limits.httpBodyBytes,
    createContext: ({ req, res }): Context => {
      const userAgent = req.headers['user-agent']?.slice(0, 300) ?? null;
      const peer = new HttpPeer(res, deps.hub, { ...senderOf(req), userAgent });
      peers.add(peer);
      res.once('close', () => peers.delete(peer));
      return { deps, connection: peer, observe: pacing.observing(peer, metrics.call) };
    },
    onError: ({ error, path, req }) => {
      pacing.refused(senderOf(req), wireError(error).data.app.code);
      logInternal(deps, error, { path, requestId: req.headers['x-request-id'] });
    },
  });
  return (request: IncomingMessage, response: ServerResponse, requestId: string): void => {
    request.headers['x-request-id'] = requestId;
    if (!isAllowedOrigin(request, rules))
      return refuse(response, new AppError('FORBIDDEN', 'This origin is not allowed.'));
    allowOrigin(request, response);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    const refusal = refusalOf(request);
    if (refusal) refuse(response, refusal);
    else inTurn(pacing.arrive(senderOf(request), callsIn(request)), response, () => handle(request, response));
  };
}

/** Calls of one request: a batch names them all. */
const callsIn = (request: IncomingMessage): number => pathOf(request).split(',', limits.batchCalls).length;

const REFUSED_AFTER_MS = 1_000;

/** Does `work` when it is its caller's turn. A refusal has to wait as well: it would else be asked for again at once. */
function inTurn(waitMs: number, response: ServerResponse, work: () => void): void {
  if (waitMs === 0) return work();
  const isTooLong = waitMs >= MOST_WAIT_MS - 1;
  const timer = setTimeout(
    () => (isTooLong ? refuse(response, tooManyCalls()) : work()),
    isTooLong ? REFUSED_AFTER_MS : waitMs,
  );
  response.once('close', () => clearTimeout(timer));
}

function tooManyCalls(): AppError {
  const retryAfterMs = MOST_WAIT_MS;
  return new AppError('TOO_MANY_REQUESTS', 'Too many calls at once. Try again in a few seconds.', { retryAfterMs });
}

function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('vary', 'Origin');
  const origin = originOf(request);
  if (origin === null) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'x-request-id');
  if (request.method !== 'OPTIONS') return;
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('access-control-allow-headers', 'authorization, content-type, last-event-id, trpc-accept');
  response.setHeader('access-control-max-age', '600');
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/** What is refused before a byte of the body is read. */
function refusalOf(request: IncomingMessage): AppError | TRPCError | null {
  const { headers, method = '', url = '' } = request;
  // The adapter cannot even represent some of the others, TRACE for instance, and would take them for a defect of ours.
  if (!methods.has(method)) return new TRPCError({ code: 'METHOD_NOT_SUPPORTED' });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return unsupported('Send the body as it is, without Content-Encoding.');
  if (Number(headers['content-length'] ?? 0) > limits.httpBodyBytes)
    return new AppError('PAYLOAD_TOO_LARGE', `A request holds at most ${limits.httpBodyBytes} bytes.`);
  if (/[?&]connectionParams=/i.test(url))
    return new AppError('BAD_INPUT', 'Send the token as Authorization: Bearer …, never in a URL.');
  return null;
}

const unsupported = (message: string) =>
  new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE', cause: new AppError('BAD_INPUT', message) });

function refuse(response: ServerResponse, error: AppError | TRPCError): void {
  const wire = wireError(error instanceof AppError ? toTrpcError(error) : error);
  // The body that was sent along stays unread, so nothing else can come on this connection.
  response.setHeader('connection', 'close');
  json(response, wire.data.httpStatus, { error: wire });
}

async function sendMetrics(response: ServerResponse, { registry }: Metrics): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType }).end(text);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Failures that are our fault; what callers do wrong is counted, not logged. */
export function logInternal({ log }: Deps, error: TRPCError, about: object): void {
  if (wireError(error).data.app.code !== 'INTERNAL') return;
  log.error({ ...about, err: error.cause ?? error }, 'a call failed');
}
