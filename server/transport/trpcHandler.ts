import type { IncomingMessage, ServerResponse } from 'node:http';
import { getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { limits } from '../../contract/limits.js';
import { AppError } from '../kernel/errors.js';
import { appRouter } from '../rpc/appRouter.js';
import { toTrpcError, wireError } from '../rpc/trpc.js';
import type { RequestHandler } from './board.js';
import { bodyText } from './bodyText.js';
import { pathOf } from './caller.js';
import type { Door, Gate } from './gate.js';
import { answerCalls, challengeOf, plainCalls, statusOf } from './httpCalls.js';
import { isJson, sendLastJson } from './json.js';

const methods = ['GET', 'HEAD', 'POST'];

const door: Door = {
  pages: {
    methods: 'GET, POST',
    headers: 'authorization, content-type, last-event-id, trpc-accept',
    exposes: 'x-request-id',
  },
  options: (_, response) => void response.writeHead(204).end(),
  refuse,
  bodyLimit: () => limits.httpBodyBytes,
  // The adapter cannot even represent some of the others, TRACE for instance, and would take them for a defect of ours.
  refusal: ({ method = '' }) => (methods.includes(method) ? null : new TRPCError({ code: 'METHOD_NOT_SUPPORTED' })),
};

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Calls as tRPC's own clients make them, and streams of Server-Sent Events. */
export function createTrpcHandler(gate: Gate): RequestHandler {
  const handle = createHTTPHandler({
    router: appRouter,
    basePath: '/trpc/',
    maxBatchSize: limits.batchCalls,
    maxBodySize: limits.httpBodyBytes,
    createContext: ({ req, res }) => gate.contextOf(req, res),
    responseMeta: ({ data, info }) => ({
      // A request that it could not read at all is answered in JSON too, but not said to be.
      headers: new Headers({ ...challengeOf(statusOf(data)), ...(!info && { 'content-type': 'application/json' }) }),
    }),
    onError: ({ error, path, req }) => gate.failed(req, error, path),
  });
  const answer: Answer = async (request, response) => {
    const calls = plainCalls(request);
    if (calls) return answerCalls(gate, request, response, calls);
    // The adapter would read a body that is no UTF-8 as something else, so it is given the text.
    const isText = request.method === 'POST' && isJson(request);
    handle(isText ? Object.assign(request, { body: await bodyText(request) }) : request, response);
  };
  return (request, response) =>
    gate.enter(request, response, door, callsIn(request), () => {
      answer(request, response).catch((thrown: unknown) => {
        const error = getTRPCErrorFromUnknown(thrown);
        gate.failed(request, error, undefined);
        refuse(response, error);
      });
    });
}

/** Calls of one request: a batch names them all. */
const callsIn = (request: IncomingMessage): number => pathOf(request).split(',', limits.batchCalls).length;

function refuse(response: ServerResponse, error: AppError | TRPCError): void {
  const wire = wireError(error instanceof AppError ? toTrpcError(error) : error);
  const { httpStatus } = wire.data;
  if (httpStatus === 405) response.setHeader('allow', [...methods, 'OPTIONS'].join(', '));
  // The body that was sent along stays unread, so nothing else can come on this connection.
  sendLastJson(response, httpStatus, { error: wire });
}
