import { createServer, type IncomingMessage, type Server } from 'node:http';
import { answerCalls, exitOnSignal } from '../child.js';
import type { Publish } from './event.js';

/** An HTTP server that calls `publish` with 1, 2, 3 … as often as each POST says, and tells its starter the port. */
export function publishingServer(publish: (seq: number, asked: Publish) => void): Server {
  let seq = 0;
  const server = createServer((request, response) => {
    readPublish(request, (asked) => {
      for (let nth = 0; nth < asked.events; nth++) publish(++seq, asked);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  // A connection that is closed as it is used again would fail the run.
  server.keepAliveTimeout = 0;
  const listening = new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  answerCalls({ port: () => listening });
  exitOnSignal();
  return server;
}

export function readPublish(request: IncomingMessage, then: (publish: Publish) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => then(JSON.parse(Buffer.concat(chunks).toString()) as Publish));
}
