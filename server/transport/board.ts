import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { forReading, sendPlain } from './forReading.js';

// From server/transport to the root of the sources or of dist/: the built board is in dist/web either way.
const root = fileURLToPath(new URL('../../', import.meta.url));
const isBuilt = extname(fileURLToPath(import.meta.url)) === '.js';
const boardFolder = isBuilt ? join(root, 'web') : join(root, 'dist', 'web');

const NOT_BUILT = `<!doctype html><html lang="en"><title>Baton</title>
<h1>Baton is running</h1>
<p>The live board has not been built. Run <code>npm run build</code> and start the server again, or <code>npm run dev</code> while you
work on it. The API is under <code>/trpc</code> and <code>/api</code>; <code>/docs</code> shows it.</p></html>`;

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves the live board's files; any other path is not found. The folder is looked through when it is asked for first. */
export function boardHandler(folder: string = boardFolder): RequestHandler {
  const open = () =>
    existsSync(join(folder, 'index.html')) ? sirv(folder, { etag: true, setHeaders: cacheRules }) : null;
  let opened: ReturnType<typeof open> | undefined;
  return forReading((request, response) => {
    const files = (opened ??= open());
    if (files) return files(request, response, () => sendPlain(response, 404, 'Not found'));
    if (request.url !== '/') return sendPlain(response, 404, 'Not found');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(NOT_BUILT);
  });
}

/** Files under assets/ carry a hash of their content in their name. */
function cacheRules(response: ServerResponse, path: string): void {
  const isHashed = path.startsWith('/assets/');
  response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
}
