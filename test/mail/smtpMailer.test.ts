import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MailerDown, MailRefused } from '../../server/mail/mailer.js';
import { smtpMailer } from '../../server/mail/smtpMailer.js';
import { startSmtp, type TestSmtp } from '../support/smtpServer.js';

const mail = {
  id: '0193629c-5a00-7abc-8def-000000000001',
  to: { name: 'Ann', address: 'ann@example.com' },
  subject: 'A ticket',
  text: 'words',
  html: '<p>words</p>',
  unsubscribeUrl: `https://baton.example.com/unsubscribe?token=${'x'.repeat(300)}`,
};
const from = 'baton@mail.example.com';
const failure = async (sending: Promise<void>): Promise<unknown> => sending.then(String, (error: unknown) => error);

describe('mails by SMTP', () => {
  let smtp: TestSmtp;
  let signedIn: string[];
  beforeAll(async () => {
    signedIn = [];
    smtp = await startSmtp({
      onAuth: ({ username = '', password }, _session, done) => {
        signedIn.push(`${username}:${String(password)}`);
        if (password === 'right:way') done(null, { user: username });
        else done(Object.assign(new Error(`no ${username}`), { responseCode: 535 }));
      },
    });
  });
  afterAll(() => smtp.down());
  const urlWith = (credentials: string, host = '127.0.0.1', more = '') =>
    smtp.url.replace('smtp://127.0.0.1', `smtp://${credentials}${host}`) + more;

  it('sign in as the URL says, and carry their id and the way out of the list in their headers', async () => {
    await smtpMailer({ smtpUrl: urlWith('bat%40on:right%3Away@'), from }).send(mail);

    const [taken] = smtp.taken;
    expect(signedIn).toEqual(['bat@on:right:way']);
    expect(taken?.parsed.messageId).toBe(`<${mail.id}@mail.example.com>`);
    expect(taken?.headers).toContain(`\r\nList-Unsubscribe: <${mail.unsubscribeUrl}>\r\n`);
    expect([taken?.parsed.text?.trim(), taken?.parsed.html]).toEqual(['words', '<p>words</p>']);
  });

  it('wait to be sent when the sign-in is wrong: that can be mended', async () => {
    const error = await failure(smtpMailer({ smtpUrl: urlWith('baton:wrong@'), from }).send(mail));

    expect(error).toBeInstanceOf(MailerDown);
    expect((error as Error).message).toMatch(/^EAUTH at AUTH PLAIN 535$/);
  });

  it('do not send a password in the clear to another machine, unless told to', async () => {
    const count = signedIn.length;
    const error = await failure(smtpMailer({ smtpUrl: urlWith('baton:right%3Away@', '0.0.0.0'), from }).send(mail));
    expect(error).toBeInstanceOf(MailerDown);
    expect((error as Error).message).toMatch(/^ETLS at STARTTLS/);
    expect(signedIn).toHaveLength(count);

    await smtpMailer({ smtpUrl: urlWith('baton:right%3Away@', '0.0.0.0', '/?requireTLS=false'), from }).send(mail);
    expect(signedIn).toHaveLength(count + 1);
  });

  it('are refused when nobody could ever get them', async () => {
    const to = { name: 'Nobody', address: 'nobody@exa mple.com\r\nRCPT TO:<evil@example.com>' };
    const count = smtp.taken.length;

    const error = await failure(smtpMailer({ smtpUrl: smtp.url, from }).send({ ...mail, to }));

    expect(error).toBeInstanceOf(MailRefused);
    expect((error as Error).message).not.toContain('@');
    expect(smtp.taken).toHaveLength(count);
  });

  it('end within their time, also when the server never stops talking', async () => {
    const talking = createServer((socket) => {
      const timer = setInterval(() => socket.write('220-wait\r\n'), 50);
      socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(talking, 'listening');
    const smtpUrl = `smtp://127.0.0.1:${(talking.address() as AddressInfo).port}`;
    const begun = performance.now();

    expect(await failure(smtpMailer({ smtpUrl, from }, 500).send(mail))).toBeInstanceOf(MailerDown);
    expect(performance.now() - begun).toBeLessThan(2_000);
    // The connection is gone too.
    talking.close();
    await once(talking, 'close');
  });
});
