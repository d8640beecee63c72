import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream';

/** Whether a body is said to be JSON. */
export const isJson = ({ headers }: IncomingMessage): boolean =>
  /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');

const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store' };

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, jsonHeaders);
  response.end(JSON.stringify(body));
}

const LINGER_MS = 5_000;

/**
 * The last answer of a connection, before all of its request has come. To close at once would reset the connection under whoever still sends, and
 * they would see that instead of the answer: so for a while the rest is taken, and thrown away.
 */
export function sendLastJson(response: ServerResponse, status: number, body: unknown): void {
  const { req: request } = response;
  const text = JSON.stringify(body);
  response.setHeader('connection', 'close');
  response.writeHead(status, { ...jsonHeaders, 'content-length': Buffer.byteLength(text) });
  // Whole at once, so that who listens can stop sending.
  response.write(text);
  const end = (): void => void response.end();
  const timer = setTimeout(end, LINGER_MS);
  finished(request, { writable: false }, end);
  response.once('close', () => clearTimeout(timer));
  request.removeAllListeners('data').resume();
}
