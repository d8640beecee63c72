import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../server/db/digest.js';
import { aProject, signIn } from '../support/people.js';
import { anApp, upgrade, type LiveApp } from '../transport/anApp.js';

const LISTED = 'https://board.example.com';

/** Whether a page of this origin may speak to the server; `OWN` is the server's own. */
const origins: Readonly<Record<string, boolean>> = {
  [LISTED]: true,
  OWN: true,
  'https://evil.example.com': false,
  null: false,
  '*': false,
  'http://board.example.com': false,
  'https://board.example.com:8443': false,
  'https://board.example.com.evil.com': false,
  'https://evilboard.example.com': false,
  'https://board.example.com/': false,
  'https://board.example.com@evil.com': false,
  'HTTPS://BOARD.EXAMPLE.COM': false,
  'http://localhost': false,
  'file://': false,
};

describe('a page of another origin', () => {
  let app: LiveApp;
  let token: string;
  let projectId: string;
  beforeAll(async () => {
    app = await anApp('sqlite', { allowedOrigins: [LISTED] });
    token = (await signIn(app, app.admin)).accessToken;
    projectId = (await aProject(app)).id;
  });
  afterAll(() => app.close());

  interface Heard {
    readonly status: number;
    readonly allowed: string | null;
  }
  type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> };
  const ask = async (origin: string, path: string, init: Init = {}): Promise<Heard> => {
    const headers = { origin, authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers };
    const abort = new AbortController();
    const { status, headers: answered } = await fetch(`${app.http}/trpc/${path}`, {
      ...init,
      headers,
      signal: abort.signal,
    });
    abort.abort();
    return { status, allowed: answered.get('access-control-allow-origin') };
  };
  const method = 'POST';
  const draft = () => JSON.stringify({ projectId, title: 'By a page' });

  /** All ways in, and what stands for "come in". */
  const ways: Readonly<Record<string, { welcome: number; knock: (origin: string) => Promise<Heard> }>> = {
    query: { welcome: 200, knock: (origin) => ask(origin, 'auth.me') },
    mutation: { welcome: 200, knock: (origin) => ask(origin, 'tickets.create', { method, body: draft() }) },
    batch: {
      welcome: 200,
      knock: (origin) => ask(origin, 'tickets.create?batch=1', { method, body: `{"0":${draft()}}` }),
    },
    stream: { welcome: 200, knock: (origin) => ask(origin, 'live.me', { headers: { accept: 'text/event-stream' } }) },
    // Beside /trpc.
    rest: { welcome: 201, knock: (origin) => ask(origin, '../api/tickets', { method, body: draft() }) },
    'preflight of rest': { welcome: 204, knock: (origin) => ask(origin, '../api/tickets', { method: 'OPTIONS' }) },
    preflight: { welcome: 204, knock: (origin) => ask(origin, 'auth.login', { method: 'OPTIONS' }) },
    'sign-in': {
      welcome: 401,
      knock: (origin) => ask(origin, 'auth.login', { method, body: '{"email":"a@b.example","password":"x"}' }),
    },
    socket: {
      welcome: 101,
      knock: async (origin) => {
        const { status, socket } = await upgrade(app.http, '/trpc', { Origin: origin });
        socket.destroy();
        return { status, allowed: null };
      },
    },
  };

  it.each(Object.entries(ways))('is let in by %s only when it is listed, and else does nothing', async (name, way) => {
    for (const [written, isWelcome] of Object.entries(origins)) {
      const origin = written === 'OWN' ? app.http : written;
      const before = await digestOf(app.db.sequelize, ['tickets', 'events']);
      const { status, allowed } = await way.knock(origin);

      expect([origin, status]).toEqual([origin, isWelcome ? way.welcome : 403]);
      if (name !== 'socket') expect(allowed).toBe(isWelcome ? origin : null);
      if (!isWelcome) expect(await digestOf(app.db.sequelize, ['tickets', 'events'])).toEqual(before);
    }
  });
});
