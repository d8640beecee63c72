import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../support/people.js';
import { anApp, type LiveApp } from './anApp.js';

let app: LiveApp;
let token: string;
beforeAll(async () => {
  app = await anApp('sqlite');
  token = (await signIn(app, app.admin)).accessToken;
});
afterAll(() => app.close());

async function ask(method: string, path: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const sent = request(`${app.http}${path}`, { method, headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, allow: response.headers.allow, body: await text(response) };
}

const id = '0193629c-5a00-7abc-8def-00008158f2b9';

/** Where a method is refused, and which are not. */
const places: readonly (readonly [path: string, allow: string, refused: readonly string[]])[] = [
  ['/trpc/auth.me', 'GET, HEAD, POST, OPTIONS', ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']],
  ['/trpc/auth.me', 'GET', ['POST']],
  ['/trpc/auth.login', 'POST', ['GET']],
  ['/api/auth/me', 'GET, HEAD, OPTIONS', ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']],
  ['/api/tickets/export.csv', 'GET, HEAD, OPTIONS', ['POST', 'DELETE']],
  [`/attachments/${id}`, 'GET, HEAD, PUT, OPTIONS', ['POST', 'DELETE', 'PATCH', 'TRACE']],
  [`/hooks/github/${id}`, 'POST', ['GET', 'HEAD', 'PUT', 'OPTIONS']],
  ['/unsubscribe', 'GET, HEAD, POST', ['PUT', 'DELETE', 'OPTIONS']],
  ...['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/docs/nothing', '/', '/no/such/page'].map(
    (path) => [path, 'GET, HEAD', ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']] as const,
  ),
];

describe('a method that there is not', () => {
  it.each(places)('at %s is answered 405 with those that there are: %s', async (path, allow, refused) => {
    const answers = await Promise.all(refused.map((method) => ask(method, path)));

    expect(answers.map((answer) => [answer.status, answer.allow])).toEqual(refused.map(() => [405, allow]));
  });

  it.each(['/healthz', '/readyz', '/metrics'])('at %s is none of GET and HEAD', async (path) => {
    const [get, head] = [await ask('GET', path), await ask('HEAD', path)];

    expect([get.status, get.body === '']).toEqual([200, false]);
    expect([head.status, head.body]).toEqual([200, '']);
  });
});
