import type { IncomingMessage, ServerResponse } from 'node:http';
import { TRPCError } from '@trpc/server';
import { limits } from '../../contract/limits.js';
import type { Deps } from '../features/deps.js';
import { AppError } from '../kernel/errors.js';
import type { Context } from '../rpc/context.js';
import { wireError } from '../rpc/trpc.js';
import { addressOf, bearerOf, isAllowedOrigin, originOf, type CallerRules } from './caller.js';
import { HttpPeer } from './httpPeer.js';
import type { Metrics } from './metrics.js';
import { MOST_WAIT_MS, type Pacing } from './pacing.js';
import type { Peer } from './peer.js';

export interface GateParts {
  readonly deps: Deps;
  readonly rules: CallerRules;
  readonly metrics: Metrics;
  readonly pacing: Pacing;
  /** Peers of running requests. */
  readonly peers: Set<Peer>;
}

/** One way to call procedures over HTTP. */
export interface Door {
  /** What pages of other origins may send and see, where their origin is allowed. */
  readonly pages: { readonly methods: string; readonly headers: string; readonly exposes: string };
  readonly options: (request: IncomingMessage, response: ServerResponse) => void;
  /** Refuses before a byte of the body is read. */
  readonly refuse: (response: ServerResponse, error: AppError | TRPCError) => void;
  /** What this way alone refuses so early. */
  readonly refusal: (request: IncomingMessage) => TRPCError | null;
  /** How many bytes a body may hold. */
  readonly bodyLimit: (request: IncomingMessage) => number;
}

/** What is asked of every request that calls procedures, by whichever way it comes. */
export interface Gate {
  /** Does `work` when the request may come in, and when it is its caller's turn. */
  enter(request: IncomingMessage, response: ServerResponse, door: Door, calls: number, work: () => void): void;
  contextOf(request: IncomingMessage, response: ServerResponse): Context;
  /** Told of each call that failed. */
  failed(request: IncomingMessage, error: TRPCError, path: string | undefined): void;
}

export function createGate({ deps, rules, metrics, pacing, peers }: GateParts): Gate {
  const senderOf = (request: IncomingMessage) => ({ ip: addressOf(request, rules), token: bearerOf(request) });
  return {
    enter(request, response, door, calls, work) {
      if (!isAllowedOrigin(request, rules))
        return door.refuse(response, new AppError('FORBIDDEN', 'This origin is not allowed.'));
      allowOrigin(request, response, door);
      if (request.method === 'OPTIONS') return door.options(request, response);
      const refusal = door.refusal(request) ?? refusalOf(request, door.bodyLimit(request));
      if (refusal) door.refuse(response, refusal);
      else inTurn(pacing.arrive(senderOf(request), calls), { response, door, work });
    },
    contextOf(request, response) {
      const userAgent = request.headers['user-agent']?.slice(0, 300) ?? null;
      const peer = new HttpPeer(response, deps.hub, { ...senderOf(request), userAgent });
      peers.add(peer);
      response.once('close', () => peers.delete(peer));
      const traceparent = request.headers['traceparent'];
      const caller = typeof traceparent === 'string' ? { traceparent } : {};
      return { deps, connection: peer, observe: pacing.observing(peer, metrics.call), ...caller };
    },
    failed(request, error, path) {
      pacing.refused(senderOf(request), wireError(error).data.app.code);
      logInternal(deps, error, { path, requestId: request.headers['x-request-id'] });
    },
  };
}

const REFUSED_AFTER_MS = 1_000;

interface Waiting {
  readonly response: ServerResponse;
  readonly door: { readonly refuse: (response: ServerResponse, error: AppError) => void };
  readonly work: () => void;
}

/** Does `work` when it is its caller's turn. A refusal has to wait as well: it would else be asked for again at once. */
export function inTurn(waitMs: number, { response, door, work }: Waiting): void {
  if (waitMs === 0) return work();
  const isTooLong = waitMs >= MOST_WAIT_MS - 1;
  const timer = setTimeout(
    () => (isTooLong ? door.refuse(response, tooManyCalls()) : work()),
    isTooLong ? REFUSED_AFTER_MS : waitMs,
  );
  response.once('close', () => clearTimeout(timer));
}

function tooManyCalls(): AppError {
  const retryAfterMs = MOST_WAIT_MS;
  return new AppError('TOO_MANY_REQUESTS', 'Too many calls at once. Try again in a few seconds.', { retryAfterMs });
}

function allowOrigin(request: IncomingMessage, response: ServerResponse, { pages }: Door): void {
  response.setHeader('vary', 'Origin');
  const origin = originOf(request);
  if (origin === null) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', pages.exposes);
  if (request.method !== 'OPTIONS') return;
  response.setHeader('access-control-allow-methods', pages.methods);
  response.setHeader('access-control-allow-headers', pages.headers);
  response.setHeader('access-control-max-age', '600');
}

/** What is refused before a byte of the body is read. */
function refusalOf({ headers, url = '' }: IncomingMessage, bodyLimit: number): AppError | TRPCError | null {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return unsupported('Send the body as it is, without Content-Encoding.');
  if (Number(headers['content-length'] ?? 0) > bodyLimit) return tooLarge(bodyLimit);
  if (/[?&]connectionParams=/i.test(url))
    return new AppError('BAD_INPUT', 'Send the token as Authorization: Bearer …, never in a URL.');
  return null;
}

export const tooLarge = (bytes: number = limits.httpBodyBytes): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', `A request holds at most ${bytes} bytes.`);

export const unsupported = (message: string): TRPCError =>
  new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE', cause: new AppError('BAD_INPUT', message) });

/** Failures that are our fault; what callers do wrong is counted, not logged. */
export function logInternal({ log }: Deps, error: TRPCError, about: object): void {
  if (wireError(error).data.app.code !== 'INTERNAL') return;
  log.error({ ...about, err: error.cause ?? error }, 'a call failed');
}
