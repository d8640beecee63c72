import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler } from '../board.js';
import { pathOf } from '../caller.js';
import { forReading, sendPlain } from '../forReading.js';
import { openApiDocument } from './document.js';

const { resolve } = createRequire(import.meta.url);

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Baton: the REST API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <main id="operations"></main>
    <noscript>This page needs JavaScript; /openapi.json says the same.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

// `validatorUrl`: the page would else ask a server of others about the document.
const start = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#operations',
  validatorUrl: null,
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
});
`;

interface Text {
  readonly type: string;
  readonly read: () => string | Promise<string>;
}
const ofPackage = (file: string) => () => readFile(resolve(`swagger-ui-dist/${file}`), 'utf8');

/** All that is served here: the document, and a page that shows it. Nothing comes from elsewhere. */
const texts: Readonly<Record<string, Text>> = {
  '/openapi.json': { type: 'application/json', read: () => JSON.stringify(openApiDocument(version())) },
  '/docs': { type: 'text/html; charset=utf-8', read: () => page },
  '/docs/start.js': { type: 'text/javascript; charset=utf-8', read: () => start },
  '/docs/swagger-ui.css': { type: 'text/css; charset=utf-8', read: ofPackage('swagger-ui.css') },
  '/docs/swagger-ui-bundle.js': { type: 'text/javascript; charset=utf-8', read: ofPackage('swagger-ui-bundle.js') },
};

/** The version of package.json, one folder further up from the compiled program than from this file. */
function version(): string {
  const path = import.meta.url.endsWith('.js') ? '../../../../package.json' : '../../../package.json';
  return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version;
}

interface Kept {
  readonly plain: Buffer;
  readonly zipped: Buffer;
}
const compress = promisify(gzip);

export function createDocsHandler(): RequestHandler {
  const kept = new Map<string, Promise<Kept>>();
  const make = async ({ read }: Text): Promise<Kept> => {
    const plain = Buffer.from(await read());
    return { plain, zipped: await compress(plain) };
  };
  const once = (path: string, text: Text): Promise<Kept> => {
    const known = kept.get(path) ?? make(text);
    kept.set(path, known);
    return known;
  };
  return forReading((request, response) => {
    const path = pathOf(request).replace(/^\/docs\/$/, '/docs');
    const text = Object.hasOwn(texts, path) ? texts[path] : undefined;
    if (!text) return sendPlain(response, 404, 'Not found');
    once(path, text).then(
      (bytes) => send(request, response, text.type, bytes),
      () => sendPlain(response, 500, 'Not readable'),
    );
  });
}

function send({ headers }: IncomingMessage, response: ServerResponse, type: string, { plain, zipped }: Kept): void {
  const isZipped = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  const bytes = isZipped ? zipped : plain;
  response.writeHead(200, {
    'content-type': type,
    'content-length': bytes.length,
    'cache-control': 'no-cache',
    vary: 'Accept-Encoding',
    ...(isZipped && { 'content-encoding': 'gzip' }),
  });
  response.end(bytes);
}
