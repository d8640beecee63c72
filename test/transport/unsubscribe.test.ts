import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { notificationKinds } from '../../contract/enums.js';
import { adHoc } from '../../server/db/statement.js';
import { signFileUrl } from '../../server/features/attachments/fileTokens.js';
import { signUnsubscribe } from '../../server/features/mails/unsubscribeTokens.js';
import { updatePreference } from '../../server/features/notifications/commands/updatePreference.js';
import { preferencesOf } from '../../server/features/notifications/notifications.queries.js';
import { deactivateUser } from '../../server/features/users/commands/deactivateUser.js';
import { anAgent, signIn } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import type { Person } from '../support/world.js';
import { anApp, type LiveApp } from './anApp.js';

describeEachDialect('the way out of the e-mails', (dialect) => {
  let app: LiveApp;
  let person: Person;
  let token: string;
  beforeAll(async () => {
    app = await anApp(dialect);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    person = await anAgent(app);
    token = await signUnsubscribe(app.deps, person.userId);
  });

  const ask = (method: string, shown: string, init: RequestInit = {}) =>
    fetch(`${app.http}/unsubscribe?token=${shown}`, { method, ...init });
  /** As mail programs do it. */
  const click = (shown: string) =>
    ask('POST', shown, {
      body: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const wanted = async (of = person) =>
    (await preferencesOf(app.db.all, of.userId)).filter(({ email }) => email).map(({ kind }) => kind);
  type Line = { procedure: string; actor_id: string; session_id: string | null };
  const lines = () =>
    app.db.all<Line>(adHoc("SELECT * FROM audit_log WHERE entity = 'PREFERENCE' AND entity_id = $1 ORDER BY id"), [
      person.userId,
    ]);

  it('is one POST without a sign-in: no kind is sent any more, the rest stays, and it is written down', async () => {
    await updatePreference(app.deps, person, { kind: 'REPLY', patch: { inApp: false, email: false } });
    const bystander = await anAgent(app);

    const answer = await click(token);

    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('no more e-mails');
    expect(await wanted()).toEqual([]);
    expect((await preferencesOf(app.db.all, person.userId)).filter(({ inApp }) => !inApp)).toHaveLength(1);
    expect(await wanted(bystander)).toHaveLength(notificationKinds.length);
    const [own, ...written] = await lines();
    expect(own?.procedure).toBe('notifications.preferences.update');
    expect(written).toHaveLength(notificationKinds.length - 1);
    for (const line of written)
      expect(line).toMatchObject({
        procedure: 'notifications.unsubscribe',
        actor_id: person.userId,
        session_id: null,
      });
  });

  it('changes nothing when it is gone once more', async () => {
    await click(token);
    const before = await lines();

    expect((await click(token)).status).toBe(200);
    expect(await lines()).toEqual(before);
    expect(await wanted()).toEqual([]);
  });

  it('is shown by GET, which changes nothing: scanners follow every link', async () => {
    const [shown, head] = [await ask('GET', token), await ask('HEAD', token)];

    expect([shown.status, head.status]).toEqual([200, 200]);
    expect(await shown.text()).toContain('<form method="post"><button>');
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await wanted()).toHaveLength(notificationKinds.length);
    expect(await lines()).toEqual([]);
  });

  it('opens to no token that was not given out for this, or for somebody who is not here', async () => {
    const [head = '', body = '', signature = ''] = token.split('.');
    const other = await anAgent(app);
    const payload = Buffer.from(JSON.stringify({ sub: other.userId, aud: 'unsubscribe' })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const signed = await signIn(app, other);
    const { url } = await signFileUrl(app.deps, signed.actor, { attachmentId: other.userId, action: 'get' });
    const foreign = [
      '',
      'x',
      `${head}.${payload}.${signature}`,
      `${none}.${payload}.`,
      `${head}.${body}.${signature.slice(0, -2)}`,
      signed.accessToken,
      new URL(url, app.http).searchParams.get('token') ?? '',
      await signUnsubscribe(app.deps, '01900000-0000-7000-8000-000000000000'),
    ];

    for (const shown of foreign) {
      const [post, get] = [await click(shown), await ask('GET', shown)];
      expect([post.status, get.status], shown).toEqual([404, 404]);
      expect(await post.text()).toBe(await get.text());
    }
    expect([await wanted(), await wanted(other)].map(({ length }) => length)).toEqual([
      notificationKinds.length,
      notificationKinds.length,
    ]);
    await deactivateUser(app.deps, app.admin, { userId: person.userId });
    expect((await click(token)).status).toBe(404);
  });

  it('takes no other method, and a body that does not matter', async () => {
    expect((await ask('PUT', token)).status).toBe(405);
    expect(await wanted()).toHaveLength(notificationKinds.length);
    const big = await ask('POST', token, { body: 'x'.repeat(200_000) }).then(
      ({ status }) => status,
      () => 'cut',
    );
    expect([200, 'cut']).toContain(big);
  });
});
