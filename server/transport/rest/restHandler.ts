import type { IncomingMessage, ServerResponse } from 'node:http';
import { getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import type { AppErrorShape } from '../../../contract/errors.js';
import type { TicketExport } from '../../../contract/ticketExport.js';
import { AppError } from '../../kernel/errors.js';
import { appRouter } from '../../rpc/appRouter.js';
import { callerFactory, toTrpcError, wireError } from '../../rpc/trpc.js';
import type { RequestHandler } from '../board.js';
import { pathOf } from '../caller.js';
import type { Door, Gate } from '../gate.js';
import { challengeOf } from '../httpCalls.js';
import { sendJson, sendLastJson } from '../json.js';
import { readJson } from './readJson.js';
import { inputOf, pathFields, type Asked } from './restInput.js';
import { bodyLimitOf, sentTable } from './sentTable.js';
import { everyRoute, type Route } from './route.js';
import { methods, type Method } from './routeLine.js';
import { RouteMatcher, type Match } from './routeMatch.js';
import { sendFile, type AskPage } from './sendFile.js';

const createCaller = callerFactory(appRouter);
const matcher = new RouteMatcher(everyRoute);
const findRoutes = (request: IncomingMessage): Match | null => matcher.match(pathOf(request));

const door: Door = {
  pages: {
    methods: methods.join(', '),
    headers: 'authorization, content-type, idempotency-key',
    exposes: 'x-request-id, location, retry-after',
  },
  options(request, response) {
    const match = findRoutes(request);
    if (!match) return refuse(sendJson, response, nothingThere());
    response.writeHead(204, { allow: allowOf(match) }).end();
  },
  // The body that was sent along stays unread, so nothing else can come on this connection.
  refuse: (response, error) => refuse(sendLastJson, response, error),
  refusal: () => null,
  bodyLimit: bodyLimitOf,
};

/** The procedures as resources with addresses of their own, for callers that do not speak tRPC. */
export function createRestHandler(gate: Gate): RequestHandler {
  return (request, response) =>
    gate.enter(request, response, door, 1, () => {
      const match = findRoutes(request);
      const route = match?.routes.get(methodOf(request));
      call(gate, { request, response, match, route }).catch((thrown: unknown) => {
        const error = getTRPCErrorFromUnknown(thrown instanceof AppError ? toTrpcError(thrown) : thrown);
        gate.failed(request, error, route?.procedure);
        // The body that was sent along stays unread, so nothing else can come on this connection.
        refuse(hasMore(request) ? sendLastJson : sendJson, response, error, route);
      });
    });
}

interface Called {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly match: Match | null;
  readonly route: Route | undefined;
}

async function call(gate: Gate, { request, response, match, route }: Called): Promise<void> {
  if (!match) throw nothingThere();
  if (!route) {
    response.setHeader('allow', allowOf(match));
    const cause = new AppError('BAD_INPUT', 'This address wants another HTTP method.');
    throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED', cause });
  }
  const table = sentTable(request, route);
  const context = { ...gate.contextOf(request, response), ...(table && { table }) };
  const input = inputOf(route, {
    inPath: await pathFields(route, match.texts, context),
    query: new URLSearchParams(request.url?.split('?').slice(1).join('?')),
    isTable: table !== null,
    body: table ? undefined : await readJson(request, route),
    idempotencyKey: keyOf(request),
  });
  const procedure = procedureOf(createCaller(context), route.procedure);
  const { makes, file } = route.line;
  if (file) return sendFile(request, response, pagesOf(procedure, input));
  const reply = await procedure(input);
  if (makes !== undefined) response.setHeader('location', addressOf(makes, reply as Readonly<Record<string, unknown>>));
  sendJson(response, makes === undefined ? 200 : 201, reply);
}

const keyOf = ({ headers }: IncomingMessage): Asked['idempotencyKey'] => {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
};

type Procedure = (input: unknown) => Promise<unknown>;
const procedureOf = (caller: unknown, path: string): Procedure =>
  path.split('.').reduce((at, name) => (at as Record<string, unknown>)[name], caller) as Procedure;

/** Only what gives pages of text is said to be a file. */
const pagesOf =
  (procedure: Procedure, input: unknown): AskPage =>
  (cursor) =>
    procedure({ ...(input as object), ...(cursor !== undefined && { cursor }) }) as Promise<TicketExport>;

/** HEAD is GET without what it answers: that much is Node's. */
const methodOf = ({ method }: IncomingMessage): Method => (method === 'HEAD' ? 'GET' : (method as Method));

const allowOf = ({ routes }: Match): string =>
  [...methods.filter((method) => routes.has(method)), ...(routes.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');

const addressOf = (template: string, reply: Readonly<Record<string, unknown>>): string =>
  template.replace(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(String(reply[field])));

const nothingThere = (): AppError =>
  new AppError('NOT_FOUND', 'There is nothing at this address; /openapi.json lists what there is.');

/** Whether some of a body was not read. */
const hasMore = ({ complete, headers }: IncomingMessage): boolean =>
  !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);

function refuse(send: typeof sendJson, response: ServerResponse, error: AppError | TRPCError, route?: Route): void {
  if (response.headersSent || response.destroyed) return;
  const { httpStatus, app } = wireError(error instanceof AppError ? toTrpcError(error) : error).data;
  const { code, message, details } = route?.fields.besidePatch ? withoutPatch(app) : app;
  const { retryAfterMs } = details;
  response.setHeaders(new Headers(challengeOf(httpStatus)));
  if (typeof retryAfterMs === 'number') response.setHeader('retry-after', Math.ceil(retryAfterMs / 1_000));
  send(response, httpStatus, { error: { code, message, details } });
}

/** Here the fields of a patch stand in the body itself. */
function withoutPatch({ code, message, details }: AppErrorShape): AppErrorShape {
  const text = JSON.stringify(details).replaceAll(/"path":"patch\.?/g, '"path":"');
  return { code, message: message.replace(/^patch(\.|: )/, ''), details: JSON.parse(text) as AppErrorShape['details'] };
}
