import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../server/db/digest.js';
import { createApiKey } from '../../server/features/auth/commands/createApiKey.js';
import { logout } from '../../server/features/auth/commands/logout.js';
import { revokeApiKey } from '../../server/features/auth/commands/revokeApiKey.js';
import { deactivateUser } from '../../server/features/users/commands/deactivateUser.js';
import { newId } from '../../server/kernel/ids.js';
import { adHoc } from '../../server/db/statement.js';
import { anAgent, aProject, signIn } from '../support/people.js';
import { JWT_SECRET } from '../support/world.js';
import { anApp, Wire, type LiveApp } from '../transport/anApp.js';
import type { Caller } from './scene.js';
import { batch, closeWire, http, ws, type Call, type Transport } from './transports.js';

/** As when the token comes in the header of the upgrade, for programs that are no browsers. */
const wsHeader: Transport = async (app, { token }, calls) => {
  const headers = { authorization: `Bearer ${token}` };
  const wire = await Wire.open(app.ws, undefined, { headers });
  const replies = await Promise.all(calls.map(({ type, path, input }) => wire.call(type, path, input)));
  wire.close();
  return replies.map((reply) => ({
    code: (reply.error?.data.app.code as 'UNAUTHENTICATED' | undefined) ?? 'OK',
    status: null,
    text: JSON.stringify(reply),
  }));
};
const ways: Readonly<Record<string, Transport>> = { http, batch, ws, wsHeader };

type Forge = (app: LiveApp) => Promise<string> | string;
const key = new TextEncoder().encode(JWT_SECRET);
const HOUR = 3_600;
const now = () => Math.floor(Date.now() / 1_000);

const session = async (app: LiveApp) => {
  const agent = await anAgent(app);
  const signedIn = await signIn(app, agent);
  const { issuer: iss, audience: aud } = app.deps.auth.jwt;
  const claims = { sid: signedIn.sessionId, sub: agent.userId, iss, aud, exp: now() + HOUR };
  return { agent, ...signedIn, claims };
};
const signed = (payload: object, alg = 'HS256', by: Uint8Array = key) =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg }).sign(by);
/** A token that is right but for these claims. */
const claiming =
  (wrong: object): Forge =>
  async (app) =>
    signed({ ...(await session(app)).claims, ...wrong });
const aKey = async (app: LiveApp) => {
  const { actor } = await session(app);
  return { actor, made: await createApiKey(app.deps, actor, { name: 'a key', scopes: ['read', 'write'] }) };
};

const bad: Readonly<Record<string, Forge>> = {
  'another issuer': claiming({ iss: 'somebody' }),
  'another audience': claiming({ aud: 'somebody' }),
  'no end': claiming({ exp: undefined }),
  'a session that never was': claiming({ sid: newId() }),
  'another person than its session': claiming({ sub: newId() }),
  'an algorithm of none': async (app) => new UnsecuredJWT((await session(app)).claims).encode(),
  'another algorithm': async (app) => signed((await session(app)).claims, 'HS512', new Uint8Array(64).fill(1)),
  'another secret': async (app) => signed((await session(app)).claims, 'HS256', new Uint8Array(32).fill(1)),
  'a signature cut off': async (app) => (await session(app)).accessToken.replace(/\.[^.]*$/, '.'),
  'a session that ended': async (app) => {
    const { actor, accessToken } = await session(app);
    await logout(app.deps, actor, {});
    return accessToken;
  },
  'a person who was sent away': async (app) => {
    const { agent, accessToken } = await session(app);
    await deactivateUser(app.deps, app.admin, { userId: agent.userId });
    return accessToken;
  },
  'the refresh token in its place': async (app) => (await session(app)).refreshToken,
  'an API key that was revoked': async (app) => {
    const { actor, made } = await aKey(app);
    await revokeApiKey(app.deps, actor, { apiKeyId: made.id });
    return made.key;
  },
  'an API key past its end': async (app) => {
    const { made } = await aKey(app);
    await app.db.all(adHoc('UPDATE api_keys SET expires_at = $2 WHERE id = $1'), [made.id, new Date(0)]);
    return made.key;
  },
  'an API key of somebody who was sent away': async (app) => {
    const { actor, made } = await aKey(app);
    await deactivateUser(app.deps, app.admin, { userId: actor.userId });
    return made.key;
  },
  'an API key with another last letter': async (app) => {
    const { made } = await aKey(app);
    return made.key.slice(0, -1) + (made.key.endsWith('A') ? 'B' : 'A');
  },
};

describe('a token', () => {
  let app: LiveApp;
  let calls: readonly Call[];
  beforeAll(async () => {
    app = await anApp('sqlite');
    const { id: projectId } = await aProject(app);
    calls = [
      { path: 'auth.me', type: 'query', input: undefined },
      { path: 'tickets.create', type: 'mutation', input: { projectId, title: 'By nobody' } },
      { path: 'live.me', type: 'subscription', input: {} },
    ];
  });
  afterAll(() => app.close());

  /** The outcome of each call by each way, for whoever shows this token. */
  async function outcomes(token: string): Promise<Set<string>> {
    const caller: Caller = { role: 'nobody', person: app.admin, token };
    const codes = new Set<string>();
    for (const transport of Object.values(ways))
      for (const call of calls) {
        if (transport === batch && call.type === 'subscription') continue;
        for (const { code } of await transport(app, caller, [call])) codes.add(code);
      }
    closeWire(caller);
    return codes;
  }

  it('that is right lets in by every way, a written one and a key too', async () => {
    const { token } = { token: (await signIn(app, app.admin)).accessToken };
    expect(await outcomes(token)).toEqual(new Set(['OK']));
    const admin = { ...app.admin, sessionId: null };
    const { key: apiKey } = await createApiKey(app.deps, admin, { name: 'a key', scopes: ['read', 'write'] });
    expect(await outcomes(apiKey)).toEqual(new Set(['OK']));
  });

  it.each(Object.entries(bad))('with %s lets nobody in, by no way, and writes nothing', async (_, forge) => {
    const token = await forge(app);
    const before = await digestOf(app.db.sequelize);

    expect(await outcomes(token)).toEqual(new Set(['UNAUTHENTICATED']));
    expect(await digestOf(app.db.sequelize)).toEqual(before);
  });

  it('past its end says so, by every way', async () => {
    expect(await outcomes(await claiming({ exp: now() - 1 })(app))).toEqual(new Set(['TOKEN_EXPIRED']));
  });
});
