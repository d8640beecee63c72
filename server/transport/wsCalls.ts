import { callTRPCProcedure, getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import type { TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import { appRouter } from '../rpc/appRouter.js';
import type { Context } from '../rpc/context.js';
import { LiveSubscription } from '../rpc/liveSubscription.js';
import { wireError } from '../rpc/trpc.js';
import type { RequestName } from './itemFrames.js';
import type { SocketWriter } from './socketWriter.js';
import { readCalls, readParams, type ConnectionParams } from './wsMessages.js';
import { WsSubscription } from './wsSubscription.js';

type Request = Exclude<TRPCClientOutgoingMessage, { method: 'subscription.stop' }>;

export interface WsCallsOptions {
  readonly writer: SocketWriter;
  readonly context: Context;
  /** Whether the first message tells the connection's parameters. */
  readonly awaitsParams: boolean;
  readonly onParams: (params: ConnectionParams) => void;
  readonly onCall: () => void;
  readonly onError: (error: TRPCError, path: string | undefined) => void;
}

/**
 * The calls of one socket, in tRPC's protocol: what the stock server would answer, byte for byte. Only subscriptions are
 * different inside: their items are written to the socket by whoever has them.
 * @see https://trpc.io/docs/server/websockets#websockets-rpc-specification
 */
export class WsCalls {
  private readonly subscriptions = new Map<number | string, WsSubscription>();
  private awaitsParams: boolean;
  /** Why nothing that this client asks for is done. */
  private refusal: TRPCError | null = null;

  constructor(private readonly options: WsCallsOptions) {
    this.awaitsParams = options.awaitsParams;
  }

  take(data: Buffer, isBinary: boolean): void {
    if (this.awaitsParams) return this.takeParams(data, isBinary);
    const calls = readCalls(data, isBinary);
    if ('error' in calls) for (const name of calls.of) this.fail(name, calls.error);
    else calls.forEach((call, index) => this.dispatch(call, index));
  }

  /** The socket is gone, or about to be. */
  end(): void {
    for (const subscription of this.subscriptions.values()) subscription.stop();
    this.subscriptions.clear();
  }

  private takeParams(data: Buffer, isBinary: boolean): void {
    this.awaitsParams = false;
    try {
      this.options.onParams(readParams(data, isBinary));
    } catch (thrown) {
      this.refusal = getTRPCErrorFromUnknown(thrown);
      this.fail({ id: null }, this.refusal);
      setImmediate(() => this.options.writer.bye());
    }
  }

  private dispatch(call: TRPCClientOutgoingMessage, index: number): void {
    const { id } = call;
    this.options.onCall();
    if (id === null) this.fail(call, new TRPCError({ code: 'PARSE_ERROR', message: '`id` is required' }));
    else if (call.method === 'subscription.stop') this.subscriptions.get(id)?.stop();
    else if (this.refusal) this.fail(call, this.refusal, call.params.path);
    else if (call.method === 'subscription') void this.subscribe(call, id, index);
    else void this.answer(call, index);
  }

  private async answer(request: Request, index: number): Promise<void> {
    try {
      this.reply(request, { type: 'data', data: await this.run(request, index, undefined) });
    } catch (thrown) {
      this.fail(request, thrown, request.params.path);
    }
  }

  private async subscribe(request: Request, id: number | string, index: number): Promise<void> {
    const { path } = request.params;
    // The request itself is not kept.
    const name = { id, jsonrpc: request.jsonrpc };
    if (this.subscriptions.has(id))
      return this.fail(name, new TRPCError({ code: 'BAD_REQUEST', message: `Duplicate id ${id}` }), path);
    const { writer } = this.options;
    const subscription = new WsSubscription(name, writer, (error) => {
      this.subscriptions.delete(id);
      if (error !== null) this.fail(name, error, path);
      this.reply(name, { type: 'stopped' });
    });
    this.subscriptions.set(id, subscription);
    try {
      const stream = await this.run(request, index, subscription.signal);
      if (!(stream instanceof LiveSubscription)) throw new TypeError(`${path} is not a live subscription`);
      if (!subscription.signal.aborted) this.reply(name, { type: 'started' });
      subscription.begin(stream);
    } catch (thrown) {
      if (subscription.signal.aborted) return;
      this.subscriptions.delete(id);
      this.fail(name, thrown, path);
    }
  }

  private run(
    { method: type, params }: Request,
    batchIndex: number,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const input = withCursor(params.input, params.lastEventId);
    const { context: ctx } = this.options;
    const getRawInput = () => Promise.resolve(input);
    return callTRPCProcedure({ router: appRouter, path: params.path, type, ctx, signal, batchIndex, getRawInput });
  }

  private reply({ id, jsonrpc }: RequestName, result: object): void {
    this.options.writer.send(JSON.stringify({ id, jsonrpc, result }));
  }

  private fail({ id, jsonrpc }: RequestName, thrown: unknown, path?: string): void {
    const error = getTRPCErrorFromUnknown(thrown);
    this.options.onError(error, path);
    this.options.writer.send(JSON.stringify({ id, jsonrpc, error: wireError(error, path) }));
  }
}

/** The stock client tells the cursor beside the input. */
function withCursor(input: unknown, lastEventId: string | undefined): unknown {
  if (lastEventId === undefined) return input;
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input, lastEventId };
  return input ?? { lastEventId };
}
