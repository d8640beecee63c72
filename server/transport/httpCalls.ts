import type { IncomingMessage, ServerResponse } from 'node:http';
import { callTRPCProcedure, getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import { limits } from '../../contract/limits.js';
import { appRouter } from '../rpc/appRouter.js';
import { procedureAt } from '../rpc/procedureAt.js';
import { wireError, type WireError } from '../rpc/trpc.js';
import { bodyText } from './bodyText.js';
import { pathOf } from './caller.js';
import type { Gate } from './gate.js';
import { isJson } from './json.js';

type CallType = 'query' | 'mutation';

/** What one request asks for. */
export interface HttpCalls {
  readonly type: CallType;
  readonly paths: readonly string[];
  readonly isBatch: boolean;
  /** Of queries, which say it in their address. */
  readonly input: string | null;
}

/** Null for whatever is not plain queries or plain mutations: streams, forms, bodies of unknown length, what there is not. */
export function plainCalls(request: IncomingMessage): HttpCalls | null {
  const { headers, method, url = '' } = request;
  const [, names] = /^\/trpc\/([\w.,]+)$/.exec(pathOf(request)) ?? [];
  const isStream = headers['trpc-accept'] !== undefined || headers.accept?.includes('application/jsonl');
  if (names === undefined || isStream || url.includes('#')) return null;
  const type = method === 'POST' ? 'mutation' : method === 'GET' ? 'query' : null;
  const length = Number(headers['content-length']);
  const isPlain = type === 'mutation' ? length >= 0 && isJson(request) : isWithoutBody(request);
  if (type === null || !isPlain) return null;
  const query = new URLSearchParams(url.split('?').slice(1).join('?'));
  const isBatch = query.get('batch') === '1';
  const paths = isBatch ? names.split(',') : [names];
  if (paths.length > limits.batchCalls || paths.some((path) => procedureAt(path)?.type !== type)) return null;
  return { type, paths, isBatch, input: query.get('input') };
}

function isWithoutBody(request: IncomingMessage): boolean {
  const { headers } = request;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return false;
  return headers['content-type'] === undefined || isJson(request);
}

type Ended = { readonly result: object } | { readonly error: { readonly data: Pick<WireError['data'], 'httpStatus'> } };
type Outcome = { readonly result: { readonly data: unknown } } | { readonly error: WireError };

/**
 * Answers plain calls as tRPC's own adapter does, byte for byte. That one makes a Request and a Response of the Fetch API with a stream for each
 * body, which takes several times as long as everything else about a call.
 */
export async function answerCalls(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
  calls: HttpCalls,
): Promise<void> {
  const { type, paths, isBatch } = calls;
  const ctx = gate.contextOf(request, response);
  const inputs = inputsOf(request, calls);
  // Each call is told by itself.
  inputs.catch(() => undefined);
  const outcomes = await Promise.all(
    paths.map(async (path, batchIndex): Promise<Outcome> => {
      const getRawInput = async () => (await inputs)[batchIndex];
      const call = { router: appRouter, path, type, ctx, signal: undefined, batchIndex, getRawInput };
      try {
        return { result: { data: await callTRPCProcedure(call) } };
      } catch (thrown) {
        const error = getTRPCErrorFromUnknown(thrown);
        gate.failed(request, error, path);
        return { error: wireError(error, path) };
      }
    }),
  );
  const body = JSON.stringify(isBatch ? outcomes : outcomes[0]);
  const status = statusOf(outcomes);
  response.writeHead(status, {
    ...challengeOf(status),
    vary: 'Origin, trpc-accept, accept',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** What a 401 has to say of how to sign in (RFC 9110, 15.5.2). Of this scheme, browsers ask nobody for a password. */
export const challengeOf = (status: number): Readonly<Record<string, string>> =>
  status === 401 ? { 'www-authenticate': 'Bearer' } : {};

/** 207: they ended in different ways. */
export function statusOf(outcomes: readonly Ended[]): number {
  const [status = 200, ...others] = new Set(outcomes.map((one) => ('error' in one ? one.error.data.httpStatus : 200)));
  return others.length > 0 ? 207 : status;
}

/** Of each call. @throws BAD_REQUEST what was said is no JSON, or none of a batch; what `bodyText` throws. */
async function inputsOf(request: IncomingMessage, { type, paths, isBatch, input }: HttpCalls): Promise<unknown[]> {
  const text = type === 'query' ? input : await bodyText(request);
  const said = text ? parsed(text) : undefined;
  if (!isBatch) return [said];
  if (said === undefined) return [];
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    throw new TRPCError({ code: 'BAD_REQUEST', message: '"input" needs to be an object when doing a batch call' });
  return paths.map((_, index) => (said as Readonly<Record<number, unknown>>)[index]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TRPCError({ code: 'BAD_REQUEST', cause });
  }
}
