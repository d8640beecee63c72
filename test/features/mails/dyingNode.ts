import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { createLogger } from '../../../server/kernel/logger.js';
import type { Mailer } from '../../../server/mail/mailer.js';
import { smtpMailer } from '../../../server/mail/smtpMailer.js';

// A node that dies, as kill -9 does it, once a mail was taken and before that is written down.
const config = loadConfig();
if (!config.mail) throw new Error('this node is to send mails');
const smtp = smtpMailer(config.mail);
const mailer: Mailer = {
  async send(mail) {
    await smtp.send(mail);
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  },
};
await buildApp(config, { log: createLogger('silent'), mail: { mailer, quietMs: 0 } }).listen();
