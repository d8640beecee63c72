import type { NodemailerError, Transporter } from 'nodemailer';
import { MailerDown, MailRefused, type Mailer, type OutgoingMail } from './mailer.js';

/** Who takes mails, and from whom they are. */
export interface MailPlace {
  /** `smtp://user:password@host:587` or `smtps://…`; what follows a `?` are options of nodemailer. */
  readonly smtpUrl: string;
  /** `baton@example.com` or `Baton <baton@example.com>`. */
  readonly from: string;
}

/** For each step of the conversation that sends nothing, and for all of it. */
const SILENCE_MS = 15_000;
const SEND_MS = 60_000;

const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|\[::1\])$/i.test(host);

/** Hands mails to an SMTP server, each over a connection of its own: one that hangs keeps no other waiting. */
export function smtpMailer({ smtpUrl, from }: MailPlace, sendMs = SEND_MS): Mailer {
  const { username, hostname } = new URL(smtpUrl);
  const open = async () =>
    (await import('nodemailer')).createTransport({
      url: smtpUrl,
      // A password must not go out in the clear because somebody took STARTTLS out of what the server said.
      requireTLS: username !== '' && !isLoopback(hostname),
      connectionTimeout: SILENCE_MS,
      greetingTimeout: SILENCE_MS,
      socketTimeout: SILENCE_MS,
      socketCloseTimeout: 0,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  let opened: Promise<Transporter> | undefined;
  const domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return {
    async send(mail) {
      const transport = await (opened ??= open());
      try {
        await transport.sendMail({ ...messageOf(mail, domain), from, signal: AbortSignal.timeout(sendMs) });
      } catch (error) {
        throw failureOf(error as NodemailerError);
      }
    },
  };
}

const messageOf = ({ id, to, subject, text, html, unsubscribeUrl }: OutgoingMail, domain: string) => ({
  messageId: `<${id}@${domain}>`,
  to,
  subject,
  text,
  html,
  headers: {
    'Auto-Submitted': 'auto-generated',
    // Not folded: some take the address only up to the fold.
    'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>` },
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  },
});

/** What the server says may repeat the address, and so may a complaint about the mail itself: neither is taken over. */
function failureOf({ code, command, response, responseCode, permanent, message }: NodemailerError): Error {
  const cause = response === undefined && command !== 'API' ? `(${message})` : responseCode;
  const words = [code ?? 'failed', command && `at ${command}`, cause].filter(Boolean).join(' ');
  // What is wrong with signing in or with the sender can be mended, and then all that wait are sent.
  const isOfThisMail = command === 'RCPT TO' || command === 'DATA';
  const isUnsendable = code === 'EENVELOPE' && command === 'API';
  return isUnsendable || (isOfThisMail && permanent === true) ? new MailRefused(words) : new MailerDown(words);
}
