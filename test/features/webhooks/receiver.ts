import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** Requests that came whole, in the order in which they did. */
  readonly received: Received[];
  /** Connections so far, whatever came by them. */
  readonly connections: () => number;
  /** How many were being answered at the same time at most. */
  readonly mostAtOnce: () => number;
  /** How it answers from now on. */
  answer(how: (response: ServerResponse, received: Received) => void): void;
  down(): Promise<void>;
  up(): Promise<void>;
}

export const withStatus =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, headers).end(body);

/** A receiver on the loopback, which takes everything until it is told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let respond: Parameters<Receiver['answer']>[0] = withStatus(200, 'thanks');
  let connections = 0;
  let [now, most] = [0, 0];
  const server = createServer((request, response) => {
    most = Math.max(most, ++now);
    response.once('close', () => now--);
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const { headers } = request;
      const one = {
        id: String(headers['baton-delivery']),
        type: String(headers['baton-event']),
        body: Buffer.concat(chunks).toString(),
        headers,
      };
      received.push(one);
      respond(response, one);
    });
  });
  server.on('connection', () => connections++);
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook?from=baton`,
    port,
    received,
    connections: () => connections,
    mostAtOnce: () => most,
    answer: (how) => void (respond = how),
    down: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
    up: () => listen(port),
  };
}
