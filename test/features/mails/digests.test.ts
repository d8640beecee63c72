import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ListNotificationsInput } from '../../../contract/notification.js';
import { CreateWebhookInput } from '../../../contract/webhook.js';
import { adHoc } from '../../../server/db/statement.js';
import { deleteComment } from '../../../server/features/comments/commands/deleteComment.js';
import { tellDueSoon } from '../../../server/features/notifications/dueSoon.js';
import { signUnsubscribe } from '../../../server/features/mails/unsubscribeTokens.js';
import { markRead } from '../../../server/features/notifications/commands/markRead.js';
import { updatePreference } from '../../../server/features/notifications/commands/updatePreference.js';
import { listNotifications } from '../../../server/features/notifications/notifications.queries.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { createWebhook } from '../../../server/features/webhooks/commands/createWebhook.js';
import { disableWebhook } from '../../../server/features/webhooks/commands/disableWebhook.js';
import { anAgent, join } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, give, parsed, rows } from '../../support/ticketWorld.js';
import { findViolations } from '../../support/invariants.js';
import type { Person } from '../../support/world.js';
import { aMailWorld, MINUTE_MS, named, type MailWorld } from './mailWorld.js';

describeEachDialect('a digest', (dialect) => {
  let world: MailWorld;
  beforeAll(async () => {
    world = await aMailWorld(dialect);
  });
  afterAll(() => world.close());
  // Whoever else was told something, the customer who reported for instance, has had their mail.
  beforeEach(async () => {
    await world.run(10 * MINUTE_MS);
    await world.run();
    world.smtp.taken.length = 0;
  });

  const list = (person: Person) => listNotifications(world.db, person, ListNotificationsInput.parse({ limit: 200 }));
  const aMember = async (name: string): Promise<Person> => {
    const person = await anAgent(world, name);
    await join(world, world.project, person, 'MEMBER');
    return person;
  };

  it('tells who leads a project that a webhook of it was turned off, and nothing of its address but the host', async () => {
    const url = 'https://hooks.example.com/secret-path?token=secret-token';
    const hook = await createWebhook(
      world.deps,
      world.lead,
      parsed(CreateWebhookInput, { projectId: world.project.id, url }),
    );
    await world.db.all(adHoc('UPDATE webhooks SET failing_since = created_at'), []);
    expect(await disableWebhook(world.deps, hook, 'FAILING')).toBe(true);
    await world.run(3 * MINUTE_MS);

    expect(world.smtp.taken.map(({ to }) => to)).toEqual([[world.lead.email]]);
    const { subject, text, html } = world.smtp.taken[0]!.parsed;
    const { key } = world.project;
    expect(subject).toBe(`${key}: hooks.example.com`);
    expect(text).toContain(
      `https://baton.example.com/#/${key}/settings/webhooks\n- The webhook was turned off: nothing gets through to it`,
    );
    expect(`${text}${String(html)}`).not.toContain('secret');
  });

  it('tells of a burst in one mail, when its person has been left in peace for two minutes', async () => {
    const [one, two] = [await world.heldBy(world.bob, { title: 'The printer burns' }), await world.heldBy(world.bob)];
    for (let nth = 1; nth <= 8; nth++) await world.say(world.cyd, one, `word ${nth}`);

    expect(await world.run(1.9 * MINUTE_MS)).toEqual([]);
    await world.run(0.2 * MINUTE_MS);
    await world.run(10 * MINUTE_MS);

    const [mail, ...more] = world.mailsTo(world.bob);
    expect(more).toEqual([]);
    expect(mail?.parsed).toMatchObject({
      subject: `${one.key} The printer burns, and 1 more`,
      from: { value: [{ name: 'Baton', address: 'baton@mail.example.com' }] },
      to: { value: [{ name: world.bob.name, address: world.bob.email }] },
    });
    const { text = '', html } = mail?.parsed ?? {};
    for (let nth = 1; nth <= 8; nth++) {
      expect(text).toContain(`- ${world.cyd.name} wrote: “word ${nth}”`);
      expect(html).toContain(`<li>${world.cyd.name} wrote: “word ${nth}”</li>`);
    }
    const { key } = world.project;
    expect(text).toContain(`https://baton.example.com/#/${key}/${one.key}\n- ${world.lead.name} gave it to you`);
    expect(html).toContain(`href="https://baton.example.com/#/${key}/${two.key}"`);
    expect(mail?.from).toBe('baton@mail.example.com');
    const token = await signUnsubscribe(world.deps, world.bob.userId);
    expect(mail?.headers).toContain(`\r\nList-Unsubscribe: <https://baton.example.com/unsubscribe?token=${token}>\r\n`);
    expect(mail?.headers).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect(mail?.headers).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(html).toContain(`/unsubscribe?token=${token}"`);
    expect(await world.isEmpty()).toBe(true);
  });

  it('does not wait for ever while things go on: ten minutes after the first', async () => {
    const ticket = await world.heldBy(world.bob);
    for (let minute = 1; minute < 10; minute++) {
      await world.run(MINUTE_MS);
      await world.say(world.cyd, ticket, `minute ${minute}`);
    }
    expect(world.mailsTo(world.bob)).toEqual([]);

    await world.run(1.1 * MINUTE_MS);

    expect(world.mailsTo(world.bob).map(({ parsed: mail }) => mail.text?.match(/minute \d/g)?.length)).toEqual([9]);
  });

  it('leaves out what was read meanwhile, and is not sent when that is all', async () => {
    const ticket = await world.heldBy(world.bob);
    await world.say(world.cyd, ticket, 'read by then');
    await markRead(world.deps, world.bob, { until: (await list(world.bob)).items[0]!.id });
    await world.say(world.cyd, ticket, 'not read');
    await world.heldBy(world.ann);
    await markRead(world.deps, world.ann, { until: (await list(world.ann)).items[0]!.id });

    await world.run(3 * MINUTE_MS);

    const [mail] = world.mailsTo(world.bob);
    expect(mail?.parsed.text).toContain('not read');
    expect(mail?.all).not.toMatch(/read by then|gave it to you/);
    expect(world.mailsTo(world.ann)).toEqual([]);
    expect(await world.isEmpty()).toBe(true);
  });

  it('holds what its person wants by e-mail, whatever they want to see on the board', async () => {
    const dan = await aMember('Dan Agent');
    await updatePreference(world.deps, dan, { kind: 'REPLY', patch: { email: false } });
    await updatePreference(world.deps, dan, { kind: 'ASSIGNED', patch: { inApp: false } });
    const ticket = await world.heldBy(dan);
    await world.say(world.cyd, ticket, 'a reply');
    await world.say(world.cyd, ticket, `${named(dan)} a mention`);
    expect((await list(dan)).items.map(({ kind }) => kind)).toEqual(['MENTION', 'REPLY']);
    await updatePreference(world.deps, dan, { kind: 'MENTION', patch: { email: false } });

    await world.run(3 * MINUTE_MS);

    const [mail] = world.mailsTo(dan);
    expect(mail?.parsed.text).toContain('gave it to you');
    expect(mail?.all).not.toMatch(/a reply|a mention/);
  });

  it('tells nothing that may not be seen any more when it is sent, in no byte', async () => {
    const dan = await aMember('Dan Agent');
    const ticket = await world.heldBy(dan, { title: 'canary of the title' });
    const gone = await world.say(world.cyd, ticket, `${named(dan)} canary of a comment`);
    const secret = await world.say(world.cyd, ticket, 'canary for the team', { visibility: 'INTERNAL' });
    await world.say(world.cyd, ticket, 'for everybody');
    await deleteComment(world.deps, world.cyd, { commentId: gone.id });
    await world.run(3 * MINUTE_MS);
    expect(world.mailsTo(dan)[0]?.all).toContain('canary of the title');
    expect(world.mailsTo(dan)[0]?.all).not.toContain('canary of a comment');
    expect(world.mailsTo(world.customer)[0]?.all).toContain('for everybody');
    expect(world.mailsTo(world.customer)[0]?.all).not.toMatch(/canary (of a comment|for the team)/);
    expect(secret.id).toBeTruthy();

    world.smtp.taken.length = 0;
    await world.say(world.cyd, ticket, `${named(dan)} canary of a comment`);
    await removeMember(world.deps, world.admin, { projectId: world.project.id, userId: dan.userId });
    await world.run(3 * MINUTE_MS);

    expect(world.mailsTo(dan)).toEqual([]);
    expect(await world.isEmpty()).toBe(true);
  });

  it('is not sent to who was deactivated, or is of the demo', async () => {
    const [gone, demo] = [await aMember('Gone Agent'), await aMember('Demo Agent')];
    await world.db.all(adHoc('UPDATE users SET is_demo = $2 WHERE id = $1'), [demo.userId, true]);
    const tickets = [await world.heldBy(gone), await world.heldBy(demo)];
    await deactivateUser(world.deps, world.admin, { userId: gone.userId });

    await world.run(3 * MINUTE_MS);

    expect(tickets).toHaveLength(2);
    expect([world.mailsTo(gone), world.mailsTo(demo)]).toEqual([[], []]);
    expect(await world.isEmpty()).toBe(true);
  });

  it('tells of what is due soon', async () => {
    const dueDate = new Date(world.clock.now().getTime() + 86_400_000).toISOString().slice(0, 10);
    const { key } = await world.heldBy(world.bob, { dueDate });
    await tellDueSoon(world.deps);

    await world.run(3 * MINUTE_MS);

    expect(world.mailsTo(world.bob)[0]?.parsed.text).toMatch(new RegExp(`${key} .*[^]*- It is due on ${dueDate}`));
  });

  it('keeps what people write in its place: no header, no tag, no break of a line', async () => {
    const title = 'Hello\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script> & "quotes" \u202e\u2028';
    const ticket = await world.heldBy(world.bob, { title });
    await world.say(world.cyd, ticket, `${named(world.bob)}\r\n<img src=x onerror="alert(1)">\n.\nüñí €`);

    await world.run(3 * MINUTE_MS);

    const [mail] = world.mailsTo(world.bob);
    expect(mail?.to).toEqual([world.bob.email]);
    expect(mail?.headers).not.toMatch(/^(bcc|<script)/im);
    expect(mail?.parsed.subject).toBe(`${ticket.key} Hello Bcc: evil@example.com <script>alert(1)</script> & "quotes"`);
    expect(mail?.parsed.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;');
    expect(mail?.parsed.html).not.toMatch(/<script|<img|onerror="/);
    expect(mail?.parsed.text).toContain(`“@${world.bob.name} <img src=x onerror="alert(1)"> . üñí €”`);
  });

  it('names fifty things and says that there are more', async () => {
    const ticket = await world.heldBy(world.bob);
    for (let nth = 1; nth <= 55; nth++) await world.say(world.cyd, ticket, `${nth}`);

    await world.run(3 * MINUTE_MS);

    const [mail, ...more] = world.mailsTo(world.bob);
    expect(more).toEqual([]);
    expect(mail?.parsed.text?.match(/^- /gm)).toHaveLength(50);
    expect(mail?.parsed.text).toContain('There is more: https://baton.example.com/');
    expect(await world.isEmpty()).toBe(true);
  });

  it('leaves the database without a contradiction, and says what was sent', async () => {
    expect(await findViolations(world.db)).toEqual([]);
    const sent = await rows<{ mail_id: string | null }>(
      world,
      'SELECT mail_id FROM notifications WHERE mailed_at IS NOT NULL',
    );
    expect(sent.length).toBeGreaterThan(10);
    expect(sent.filter(({ mail_id }) => mail_id === null)).toEqual([]);
  });
});

describeEachDialect('without an SMTP server', (dialect) => {
  it('nothing waits to be sent', async () => {
    const world = await aMailWorld(dialect);
    const quiet = { ...world, deps: { ...world.deps, mail: null } };
    await give(quiet, await aTicket(quiet), world.bob);

    expect((await list(world)).length).toBe(1);
    expect(await world.isEmpty()).toBe(true);
    await world.close();
  });
  const list = async ({ db, bob }: MailWorld) =>
    (await listNotifications(db, bob, ListNotificationsInput.parse({}))).items;
});
