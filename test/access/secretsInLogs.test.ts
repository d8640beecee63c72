import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../server/kernel/logger.js';
import { describeEachDialect } from '../support/services.js';
import { rows } from '../support/ticketWorld.js';
import { JWT_SECRET, PASSWORD } from '../support/world.js';
import { anApp, Wire, type LiveApp } from '../transport/anApp.js';

const WRONG = 'a password that does not fit';
const CHANGED = 'another password, chosen by hand';

describeEachDialect('no line of the log', (dialect) => {
  const lines: string[] = [];
  let app: LiveApp;
  beforeAll(async () => {
    const log = createLogger('trace', { write: (line) => void lines.push(line) });
    app = await anApp(dialect, {}, { log });
  });
  afterAll(() => app.close());

  const post = (path: string, input: unknown, token = '') =>
    fetch(`${app.http}/trpc/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: typeof input === 'string' ? input : JSON.stringify(input),
    }).then((response): Promise<any> => response.json());

  /** All that can be done with secrets, whatever comes of it. @returns those that were given out */
  async function useSecrets(nth: number): Promise<string[]> {
    const email = `user${nth}@example.com`;
    const admin = await post('auth.login', { email: app.admin.email, password: PASSWORD });
    const adminToken: string = admin.result?.data.accessToken ?? '';
    await post('users.create', { email, name: 'New', role: 'AGENT', password: PASSWORD }, adminToken);
    await post('auth.login', { email, password: WRONG });
    const { accessToken = '', refreshToken = WRONG } =
      (await post('auth.login', { email, password: PASSWORD })).result?.data ?? {};
    const wire = await Wire.open(app.ws, accessToken || WRONG);
    await wire.call('mutation', 'auth.renew', { accessToken: WRONG });
    await wire.call('subscription', 'live.me', {});
    const { key = '' } = (await post('auth.apiKeys.create', { name: 'key' }, accessToken)).result?.data ?? {};
    await post('auth.me', {}, key);
    await fetch(`${app.http}/trpc/auth.me`, { headers: { authorization: `Bearer ${key || WRONG}` } });
    await fetch(`${app.http}/trpc/auth.me?connectionParams=${encodeURIComponent(`{"token":"${accessToken}"}`)}`);
    await post('auth.changePassword', { currentPassword: WRONG, newPassword: CHANGED }, accessToken);
    await post('auth.changePassword', { currentPassword: PASSWORD, newPassword: CHANGED }, accessToken);
    await post('auth.login', `{"email":"${email}","password":"${CHANGED}`);
    const next = (await post('auth.refresh', { refreshToken })).result?.data ?? {};
    await post('auth.refresh', { refreshToken: next.refreshToken ?? WRONG });
    await post('auth.refresh', { refreshToken });
    wire.close();
    return [adminToken, accessToken, refreshToken, key, next.accessToken, next.refreshToken].filter(Boolean);
  }

  const broken = ['refresh_tokens', 'api_keys', 'idempotency_keys', 'user_feeds', 'developers'];
  const hashes = async () => {
    const sql = `SELECT password_hash AS hash FROM users UNION SELECT token_hash FROM refresh_tokens
      UNION SELECT key_hash FROM api_keys`;
    return (await rows<{ hash: string }>(app, sql)).map(({ hash }) => hash);
  };

  it('holds a password, a token, a key, or a hash of one, whatever works or fails', async () => {
    const given = await useSecrets(0);
    const known = await hashes();
    for (const [at, table] of broken.entries()) {
      await app.db.sequelize.query(`ALTER TABLE ${table} RENAME TO ${table}_gone`);
      given.push(...(await useSecrets(at + 1)));
      await app.db.sequelize.query(`ALTER TABLE ${table}_gone RENAME TO ${table}`);
    }
    // The hash of what was never stored, too, since a failing statement would have brought it.
    const secrets = new Set([PASSWORD, WRONG, CHANGED, JWT_SECRET, ...given, ...known, ...(await hashes())]);

    const log = lines.join('');
    const failures = lines.filter((line) => line.includes('a call failed'));
    expect([...secrets].filter((secret) => log.includes(secret))).toEqual([]);
    expect(log).not.toMatch(/\$argon2|"parameters"|"bind"/);
    expect(failures.length).toBeGreaterThan(broken.length);
    expect(lines.length).toBeGreaterThan(50);
  });

  it('holds what a failed statement was given', async () => {
    const failed = app.db.sequelize.query('SELECT $1 FROM nowhere', { bind: [WRONG] });
    const err = await failed.catch((error: unknown) => error as Error);
    const before = lines.length;
    app.deps.log.error({ err }, 'a statement failed');

    expect(lines[before]).toContain('nowhere');
    expect(lines[before]).not.toContain(WRONG);
  });
});
