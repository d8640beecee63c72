import { TRPCError } from '@trpc/server';
import { parseConnectionParamsFromUnknown } from '@trpc/server/http';
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import { limits } from '../../contract/limits.js';
import { appRouter } from '../rpc/appRouter.js';
import { LONG_BATCH } from '../rpc/trpc.js';
import type { RequestName } from './itemFrames.js';

const { transformer } = appRouter._def._config;

/** A message that could not be read as calls: whom to tell, and why. */
export interface Refusal {
  readonly error: TRPCError;
  /** Those that wait for an answer; the message as a whole when nobody is named. */
  readonly of: readonly RequestName[];
}

export type ConnectionParams = Readonly<Partial<Record<string, string>>>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the first frame of a client says that announced `connectionParams`. @throws PARSE_ERROR */
export function readParams(data: Buffer, isBinary: boolean): ConnectionParams {
  let message: unknown;
  try {
    message = parsed(data, isBinary);
    if (!isRecord(message)) throw new Error('Message was not an object');
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', message: 'Malformed TRPCConnectionParamsMessage', cause });
  }
  return parseConnectionParamsFromUnknown(message['data']) ?? {};
}

/** The calls of one message: of a batch, several. */
export function readCalls(data: Buffer, isBinary: boolean): readonly TRPCClientOutgoingMessage[] | Refusal {
  try {
    const message = parsed(data, isBinary);
    if (!Array.isArray(message)) return [parseTRPCMessage(message, transformer)];
    if (message.length > limits.batchCalls) return tooMany(message);
    return message.map((call) => parseTRPCMessage(call, transformer));
  } catch (cause) {
    return { error: new TRPCError({ code: 'PARSE_ERROR', cause }), of: [nobody] };
  }
}

const nobody: RequestName = { id: null };

function tooMany(calls: readonly unknown[]): Refusal {
  const error = new TRPCError({ code: 'BAD_REQUEST', message: LONG_BATCH });
  const named = calls.filter(isRecord).flatMap(({ id, method, jsonrpc }): RequestName[] => {
    if (method === 'subscription.stop' || (typeof id !== 'number' && typeof id !== 'string')) return [];
    return [{ id, jsonrpc: jsonrpc === '2.0' ? jsonrpc : undefined }];
  });
  return { error, of: named.length > 0 ? named : [nobody] };
}

function parsed(data: Buffer, isBinary: boolean): unknown {
  if (isBinary) throw new Error('Frames must be text.');
  return JSON.parse(data.toString());
}
