import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../server/features/auth/commands/createApiKey.js';
import { signIn } from '../support/people.js';
import { anApp, type LiveApp } from './anApp.js';

let app: LiveApp;
let token: string;
let onlyReads: string;
beforeAll(async () => {
  app = await anApp('sqlite');
  const { actor, accessToken } = await signIn(app, app.admin);
  token = accessToken;
  onlyReads = (await createApiKey(app.deps, actor, { name: 'reads', scopes: ['read'] })).key;
});
afterAll(() => app.close());

interface Sent {
  readonly token?: string;
  readonly body?: string;
  readonly isChunked?: boolean;
}
async function ask(path: string, { token: by, body, isChunked = false }: Sent = {}) {
  const response = await fetch(`${app.http}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...(by !== undefined && { authorization: `Bearer ${by}` }) },
    body: body !== undefined && isChunked ? new Blob([body]).stream() : body,
    ...(isChunked && { duplex: 'half' }),
  } as RequestInit);
  await response.text();
  return [response.status, response.headers.get('www-authenticate')];
}

describe('an answer of 401', () => {
  it.each<[string, string, Sent]>([
    ['a query', '/trpc/auth.me', {}],
    ['a query with a token that is none', '/trpc/auth.me', { token: 'nonsense' }],
    ['a mutation', '/trpc/auth.logout', { body: '{}' }],
    ['a mutation of unknown length', '/trpc/auth.logout', { body: '{}', isChunked: true }],
    ['a batch', '/trpc/auth.me,users.list?batch=1', {}],
    ['a batch of unknown length', '/trpc/auth.logout,auth.logout?batch=1', { body: '{}', isChunked: true }],
    ['a password that is wrong', '/trpc/auth.login', { body: '{"email":"no@body.example","password":"not this one"}' }],
    ['REST', '/api/auth/me', {}],
    ['REST that writes', '/api/tickets', { body: '{}', token: 'nonsense' }],
    ['a file of REST', '/api/tickets/export.csv', {}],
  ])('to %s says that it takes a bearer token', async (_, path, sent) => {
    expect(await ask(path, sent)).toEqual([401, 'Bearer']);
  });

  it('alone says so', async () => {
    const body = '{"projectId":"0193629c-5a00-7abc-8def-00008158f2b9","title":"By a key"}';

    expect(await ask('/trpc/auth.me', { token })).toEqual([200, null]);
    expect(await ask('/trpc/auth.me,no.such?batch=1')).toEqual([207, null]);
    expect(await ask('/trpc/tickets.create', { token: onlyReads, body })).toEqual([403, null]);
    expect(await ask('/api/nothing')).toEqual([404, null]);
    expect(await ask('/attachments/0193629c-5a00-7abc-8def-00008158f2b9')).toEqual([403, null]);
  });
});
