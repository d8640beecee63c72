import { createServer, type Server } from 'node:http';
import { answerCalls, exitOnSignal } from '../child.js';

/** An HTTP server that calls `publish` with 1, 2, 3 … for each POST, and tells its starter the port. */
export function publishingServer(publish: (seq: number) => void): Server {
  let seq = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      publish(++seq);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
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
