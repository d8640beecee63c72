import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ErrorCode } from '../../contract/errors.js';

/** One call as it came over HTTP; of a batch, each of its calls. */
export interface HttpCall {
  readonly path: string;
  readonly method: string;
  readonly input: Record<string, unknown>;
  readonly token: string | null;
}
export type Answer =
  | { readonly data: unknown }
  | { readonly error: ErrorCode; readonly details?: object }
  | { readonly status: number; readonly html: string }
  | 'cut'
  | 'hang';

/** One subscription as it came over the socket. */
export interface Subscription {
  readonly path: string;
  readonly input: Record<string, unknown>;
  readonly lastEventId: string | undefined;
  readonly socket: LiveSocket;
  /** The client has left it. */
  readonly left: () => boolean;
  event(seq: number, epoch?: string): void;
  ready(seq: number): void;
  item(cursor: string, data: object): void;
  fail(code: ErrorCode): void;
  end(): void;
}
export interface LiveSocket {
  readonly token: string | null;
  readonly renewals: readonly string[];
  readonly ws: WebSocket;
}

/** Speaks Baton's protocol by hand, so that a test decides what is answered, what is lost and what is wrong. */
export async function wireServer(answer: (call: HttpCall) => Answer | Promise<Answer> = () => ({ data: null })) {
  const calls: HttpCall[] = [];
  const requests: string[] = [];
  const subscriptions: Subscription[] = [];
  const sockets: LiveSocket[] = [];
  const waiters: (() => void)[] = [];
  const state = { onSubscription: (_subscription: Subscription) => {}, refuseSockets: false };
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    void respond(request, response, async (call) => {
      calls.push(call);
      return answer(call);
    });
  });
  const sockServer = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (state.refuseSockets) return void socket.destroy();
    sockServer.handleUpgrade(request, socket, head, (ws) => {
      const live = { token: null, renewals: [], ws };
      sockets.push(live);
      speak(live, (subscription) => {
        subscriptions.push(subscription);
        state.onSubscription(subscription);
        for (const wake of waiters.splice(0)) wake();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const { ws } of sockets) ws.terminate();
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    requests,
    subscriptions,
    sockets,
    state,
    /** The nth subscription since the start, counted from 1. */
    async subscription(count: number): Promise<Subscription> {
      while (subscriptions.length < count) await new Promise<void>((resolve) => waiters.push(resolve));
      return subscriptions[count - 1]!;
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (call: HttpCall) => Promise<Answer>,
): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const url = new URL(request.url ?? '', 'http://localhost');
  const paths = url.pathname.replace('/trpc/', '').split(',');
  const batched = url.searchParams.has('batch');
  const input = JSON.parse(body || (url.searchParams.get('input') ?? '{}')) as Record<string, unknown>;
  const token = request.headers.authorization?.replace('Bearer ', '') ?? null;
  const answers = await Promise.all(
    paths.map((path, index) =>
      answer({
        path,
        method: request.method ?? '',
        input: (batched ? (input[index] ?? {}) : input) as Record<string, unknown>,
        token,
      }),
    ),
  );
  const odd = answers.find((a) => typeof a === 'string' || 'html' in a);
  if (odd === 'hang') return;
  if (odd === 'cut') return void request.socket.destroy();
  if (odd && typeof odd === 'object' && 'html' in odd) {
    response.writeHead(odd.status, { 'content-type': 'text/html' }).end(odd.html);
    return;
  }
  const replies = answers.map((a) => envelope(a as { data: unknown } | { error: ErrorCode }));
  response.writeHead(207, { 'content-type': 'application/json' }).end(JSON.stringify(batched ? replies : replies[0]));
}

const envelope = (answer: { data: unknown } | { error: ErrorCode; details?: object }) =>
  'data' in answer ? { result: { data: answer.data } } : { error: shape(answer.error, answer.details) };

const shape = (code: ErrorCode, details: object = {}) => ({
  message: `It is ${code}`,
  code: -32_000,
  data: { code: 'ANY', httpStatus: 400, path: null, app: { code, message: `It is ${code}`, details } },
});

interface Frame {
  readonly id: number;
  readonly method: string;
  readonly data?: { readonly token?: string };
  readonly params: { readonly path: string; readonly input?: Record<string, unknown>; readonly lastEventId?: string };
}

function speak(
  live: { token: string | null; renewals: string[]; ws: WebSocket },
  open: (s: Subscription) => void,
): void {
  const left = new Set<number>();
  const send = (frame: unknown) => live.ws.send(JSON.stringify(frame), () => {});
  live.ws.on('error', () => {});
  live.ws.on('message', (raw) => {
    const text = (raw as Buffer).toString('utf8');
    if (text === 'PING') return live.ws.send('PONG');
    if (text === 'PONG') return;
    for (const frame of [JSON.parse(text)].flat() as Frame[]) {
      if (frame.method === 'connectionParams') live.token = frame.data?.token ?? null;
      else if (frame.method === 'subscription.stop') {
        left.add(frame.id);
        send({ id: frame.id, result: { type: 'stopped' } });
      } else if (frame.method === 'mutation') {
        // A server looks the session up before it takes the token.
        setTimeout(() => {
          live.token = String(frame.params.input?.['accessToken']);
          live.renewals.push(live.token);
          send({ id: frame.id, result: { type: 'data', data: { done: true } } });
        }, 50);
      } else {
        send({ id: frame.id, result: { type: 'started' } });
        open({ ...subscriptionOf(frame, live, send), left: () => left.has(frame.id) });
      }
    }
  });
}

function subscriptionOf({ id, params }: Frame, socket: LiveSocket, send: (frame: unknown) => void) {
  const item = (cursor: string, data: object) =>
    send({ id, result: { type: 'data', id: cursor, data: { id: cursor, data } } });
  return {
    path: params.path,
    input: params.input ?? {},
    lastEventId: params.lastEventId ?? (params.input?.['lastEventId'] as string | undefined),
    socket,
    item,
    event: (seq: number, epoch = 'e') =>
      item(`${epoch}.${seq}`, { kind: 'event', seq, id: `id-${epoch}-${seq}`, type: 'ticket.updated', payload: {} }),
    ready: (seq: number) => item(`e.${seq}`, { kind: 'ready', seq }),
    fail: (code: ErrorCode) => send({ id, error: shape(code) }),
    end: () => send({ id, result: { type: 'stopped' } }),
  };
}
