import type { ServerResponse } from 'node:http';
import type { RequestHandler } from './board.js';

/** For what is only there to be read: any other method is answered 405, with those that there are (RFC 9110, 15.5.6). */
export const forReading =
  (answer: RequestHandler): RequestHandler =>
  (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') return answer(request, response);
    response.setHeader('allow', 'GET, HEAD');
    sendPlain(response, 405, 'Method not allowed');
  };

export function sendPlain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
