import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from '../kernel/ids.js';
import type { RequestHandler } from './board.js';
import { pathOf } from './caller.js';
import { createDemoSign } from './demoSign.js';
import { fileHandler, isFilePath } from './files.js';
import { forReading } from './forReading.js';
import { createGate, type GateParts } from './gate.js';
import { readiness, type HealthParts } from './health.js';
import { hookHandler, isHookPath } from './hooks.js';
import { sendJson } from './json.js';
import type { Metrics } from './metrics.js';
import { createDocsHandler } from './rest/docs.js';
import { isTable } from './rest/sentTable.js';
import { createRestHandler } from './rest/restHandler.js';
import { createTrpcHandler } from './trpcHandler.js';
import { UNSUBSCRIBE_PATH, unsubscribeHandler } from './unsubscribe.js';

export interface HttpParts extends GateParts {
  readonly health: HealthParts;
  readonly board: RequestHandler;
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
  const gate = createGate(parts);
  const [trpc, rest, docs] = [createTrpcHandler(gate), createRestHandler(gate), createDocsHandler()];
  const [files, unsubscribing, hooks] = [fileHandler(parts), unsubscribeHandler(parts), hookHandler(parts)];
  const { health, metrics, deps } = parts;
  const states = stateHandlers(parts);
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
    request.headers['x-request-id'] = requestId;
    if (isFilePath(path)) return files(request, response);
    endIfSlow(request, response);
    if (isUnder('/trpc', path)) trpc(request, response);
    else if (isUnder('/api', path)) rest(request, response);
    else if (path === '/openapi.json' || isUnder('/docs', path)) docs(request, response);
    else if (path === UNSUBSCRIBE_PATH) unsubscribing(request, response);
    else if (isHookPath(path)) hooks(request, response);
    else (states.get(path) ?? parts.board)(request, response);
  };
}

/** How this process does, for those who watch over it. */
function stateHandlers({ deps, health, metrics }: HttpParts): ReadonlyMap<string, RequestHandler> {
  const isDemo = createDemoSign(deps.db);
  const answers: Readonly<Record<string, RequestHandler>> = {
    '/healthz': (_, response) => void isDemo().then((demo) => sendJson(response, 200, { alive: true, demo })),
    '/readyz': (_, response) =>
      void readiness(health).then((state) => sendJson(response, state.ready ? 200 : 503, state)),
    '/metrics': (_, response) => void sendMetrics(response, metrics),
  };
  return new Map(Object.entries(answers).map(([path, answer]) => [path, forReading(answer)]));
}

const REQUEST_MS = 30_000;

/** A call that has not come whole by then is given up; files and tables may take longer. */
function endIfSlow(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET' || isTable(request)) return;
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, REQUEST_MS).unref();
  response.once('close', () => clearTimeout(timer));
}

const isUnder = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`);

const folders = ['/trpc', '/api', '/docs', '/attachments', '/hooks'];
const places = ['/healthz', '/readyz', '/metrics', '/openapi.json', UNSUBSCRIBE_PATH];
const routeOf = (path: string): string =>
  folders.find((folder) => isUnder(folder, path)) ?? places.find((place) => place === path) ?? 'board';

async function sendMetrics(response: ServerResponse, { registry }: Metrics): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType }).end(text);
}
